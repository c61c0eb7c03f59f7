-- Lists what a consumer holds: after a broken connection, calls are among it whose delivery never arrived.
-- KEYS: stream
-- ARGV: group, consumer, at most so many
-- Returns a list of {entry, delivery of the entry, fields}.
local held = {}
local pendings = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', ARGV[3], ARGV[2])
if pendings.err then return held end
for _, pending in ipairs(pendings) do
  local found = redis.call('XRANGE', KEYS[1], pending[1], pending[1])[1]
  if found then held[#held + 1] = { pending[1], pending[4], found[2] } end
end
return held
