-- Makes a lease last from now on; its delivery count stays.
-- KEYS: stream
-- ARGV: group, consumer, entry, delivery
-- Returns 1, or 0 when the lease is not held.
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[3], ARGV[3], 1, ARGV[2])
if pending.err or #pending == 0 or pending[1][4] ~= tonumber(ARGV[4]) then return 0 end
redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'IDLE', 0, 'JUSTID')
return 1
