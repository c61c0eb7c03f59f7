-- Ends a queued or running call from outside.
-- KEYS: see keys
-- ARGV: group, id, result bytes, time to live of the result in ms, time to live of a reply in ms, channel
-- Returns 'ended', 'already_done' or 'unknown'.
-- @include keys
local group = ARGV[1]
-- @include turns
-- @include call
local known = redis.call('HMGET', call_key(ARGV[2]), 'user', 'result')
if not known[1] then return 'unknown' end
if known[2] then return 'already_done' end
finish(ARGV[2], ARGV[3], 'done', ARGV[4], ARGV[5])
redis.call('PUBLISH', ARGV[6], ARGV[2])
return 'ended'
