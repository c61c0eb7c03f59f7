-- Hands back a call that was taken. It waits in its user's line again, at its old place, and remembers how often it was
-- delivered before, and how many of those deliveries were lost.
-- KEYS: see keys
-- ARGV: group, consumer, entry, delivery of the entry, id
-- Returns 1, or 0 when the lease is not held.
-- @include keys
local group = ARGV[1]
-- @include lease
-- @include turns
-- @include offers
if not holds(ARGV[2], ARGV[3], ARGV[4]) then return 0 end
local id = ARGV[5]
local fields = {}
local flat = redis.call('XRANGE', STREAM, ARGV[3], ARGV[3])[1][2]
for i = 1, #flat, 2 do fields[flat[i]] = flat[i + 1] end
-- Taking out comes first: it frees memory, after which a full Redis lets the other writes of a script through.
redis.call('XACK', STREAM, group, ARGV[3])
redis.call('XDEL', STREAM, ARGV[3])
local key = call_key(id)
redis.call('HDEL', key, 'entry')
redis.call('HSET', key, 'call', fields.call, 'before', fields.before + ARGV[4], 'lost', fields.lost + ARGV[4] - 1)
local known = redis.call('HMGET', key, 'user', 'place')
wait_in_line(id, known[1], known[2])
offer_to_listeners()
return 1
