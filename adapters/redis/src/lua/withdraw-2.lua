-- Removes a host.
-- KEYS: hosts, records
-- ARGV: id
-- Returns 1, or 0 when it was not there.
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.call('ZREM', KEYS[1], ARGV[1])
