-- Lets the lease of a lock last for a time from now.
-- KEYS: see value
-- ARGV: token, length of the lease in ms
-- Returns 1, or 0 when the lock was lost.
-- @include value
if not is_held() or token ~= ARGV[1] then return 0 end
-- Taking out comes first: after it a full Redis lets the other writes through.
redis.call('HDEL', RECORD, 'until')
redis.call('HSET', RECORD, 'until', exact(now + ARGV[2] * 1000))
forget_later(ARGV[2])
return 1
