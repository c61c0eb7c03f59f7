-- Grants the lock of a key, if nobody holds it.
-- KEYS: see value
-- ARGV: holder, length of the lease in ms
-- Returns 1 and the token, or 0, the holder, and how long its lease lasts still in ms.
-- @include value
if is_held() then return { 0, holder, math.ceil((lease_end - now) / 1000) } end
local granted = exact(after(token))
redis.call('HSET', RECORD, 'token', granted, 'holder', ARGV[1], 'until', exact(now + ARGV[2] * 1000))
forget_later(ARGV[2])
return { 1, granted }
