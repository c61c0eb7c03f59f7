-- Hands back a call that was taken. It waits in its user's line again, at its old place, and remembers how often it was
-- delivered before, and how many of those deliveries were lost.
-- KEYS: see keys
-- ARGV: group, consumer, entry, delivery of the entry
-- Returns 1, or 0 when the lease is not held.
-- @include keys
local group = ARGV[1]
-- @include lease
-- @include turns
-- @include offers
if not holds(ARGV[2], ARGV[3], ARGV[4]) then return 0 end
local fields = by_name(redis.call('XRANGE', STREAM, ARGV[3], ARGV[3])[1][2])
wait_again(ARGV[3], fields, fields.before + ARGV[4], fields.lost + ARGV[4] - 1)
offer_to_listeners()
return 1
