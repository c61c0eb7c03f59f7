-- Forgets the hosts whose time is up, and returns the time in milliseconds.
-- KEYS[1] is the sorted set of host ids by expiry, KEYS[2] the hash of their records.
local function forget_expired()
  local time = redis.call('TIME')
  local now_ms = time[1] * 1000 + math.floor(time[2] / 1000)
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now_ms)) do
    redis.call('ZREM', KEYS[1], id)
    redis.call('HDEL', KEYS[2], id)
  end
  return now_ms
end
