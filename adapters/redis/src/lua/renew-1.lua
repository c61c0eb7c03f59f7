-- Makes a lease last from now on; its delivery count stays.
-- KEYS: stream
-- ARGV: group, consumer, entry, delivery of the entry
-- Returns 1, or 0 when the lease is not held.
local group = ARGV[1]
-- @include lease
if not holds(ARGV[2], ARGV[3], ARGV[4]) then return 0 end
redis.call('XCLAIM', KEYS[1], group, ARGV[2], 0, ARGV[3], 'IDLE', 0, 'JUSTID')
return 1
