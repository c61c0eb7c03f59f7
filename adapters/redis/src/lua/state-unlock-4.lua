-- Gives a lock back.
-- KEYS: see value
-- ARGV: token
-- Returns 1, or 0 when it was lost.
-- @include value
if not is_held() or token ~= ARGV[1] then return 0 end
redis.call('HDEL', RECORD, 'until')
redis.call('PUBLISH', CHANNEL, '')
return 1
