-- Hands back a call that was taken. A pending entry cannot wait again, so the call gets a new one at the end of the
-- stream, which remembers how often it was delivered before, and how many of those deliveries were lost.
-- KEYS: stream, call
-- ARGV: group, consumer, entry, delivery of the entry
-- Returns 1, or 0 when the lease is not held.
local group = ARGV[1]
-- @include lease
if not holds(ARGV[2], ARGV[3], ARGV[4]) then return 0 end
local fields = redis.call('XRANGE', KEYS[1], ARGV[3], ARGV[3])[1][2]
for i = 1, #fields, 2 do
  if fields[i] == 'before' then fields[i + 1] = fields[i + 1] + ARGV[4] end
  if fields[i] == 'lost' then fields[i + 1] = fields[i + 1] + ARGV[4] - 1 end
end
-- Taking out comes first: it frees memory, after which a full Redis lets the other writes of a script through.
redis.call('XACK', KEYS[1], group, ARGV[3])
redis.call('XDEL', KEYS[1], ARGV[3])
redis.call('HSET', KEYS[2], 'entry', redis.call('XADD', KEYS[1], '*', unpack(fields)))
return 1
