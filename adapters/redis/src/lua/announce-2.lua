-- Adds or refreshes a host.
-- KEYS: hosts, records
-- ARGV: id, record, time to live in ms
-- Returns 1.
-- @include hosts
redis.call('ZADD', KEYS[1], forget_expired() + ARGV[3], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
return 1
