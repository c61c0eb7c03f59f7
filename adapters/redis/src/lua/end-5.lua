-- Ends a queued or running call from outside.
-- KEYS: stream, counts, outstanding, call, waiters
-- ARGV: group, id, result bytes, time to live of the result in ms, time to live of a reply in ms, channel
-- Returns 'ended', 'already_done' or 'unknown'.
local group = ARGV[1]
-- @include call
local entry = redis.call('HGET', KEYS[4], 'entry')
if not entry then return 'unknown' end
if redis.call('HEXISTS', KEYS[4], 'result') == 1 then return 'already_done' end
finish(ARGV[2], entry, ARGV[3], 'done', ARGV[4], ARGV[5])
redis.call('PUBLISH', ARGV[6], ARGV[2])
return 'ended'
