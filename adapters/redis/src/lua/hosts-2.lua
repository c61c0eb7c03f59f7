-- Lists the hosts that are alive.
-- KEYS: hosts, records
-- Returns a list of records.
-- @include hosts
forget_expired()
return redis.call('HVALS', KEYS[2])
