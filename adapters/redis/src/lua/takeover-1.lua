-- Takes calls over whose lease has run out: their worker is dead or cut off.
-- KEYS: stream
-- ARGV: group, consumer, lease time in ms, at most so many
-- Returns a list of {entry, delivery of the entry, fields}; the delivery counts this one.
local taken = {}
local expired = redis.pcall('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], '-', '+', ARGV[4])
if expired.err then return taken end
for _, pending in ipairs(expired) do
  local entry = pending[1]
  local found = redis.call('XRANGE', KEYS[1], entry, entry)[1]
  if found then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], entry)
    taken[#taken + 1] = { entry, pending[4] + 1, found[2] }
  else
    redis.call('XACK', KEYS[1], ARGV[1], entry)
  end
end
return taken
