-- Hands back a call that was taken: it goes to the end of the stream, as if it had never been taken.
-- KEYS: stream, call
-- ARGV: group, consumer, entry, delivery
-- Returns 1, or 0 when the lease is not held.
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2])
if pending.err or #pending == 0 or pending[1][4] ~= tonumber(ARGV[4]) then return 0 end
local fields = redis.call('XRANGE', KEYS[1], ARGV[3], ARGV[3])[1][2]
local entry = redis.call('XADD', KEYS[1], '*', unpack(fields))
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
redis.call('XDEL', KEYS[1], ARGV[3])
redis.call('HSET', KEYS[2], 'entry', entry)
return 1
