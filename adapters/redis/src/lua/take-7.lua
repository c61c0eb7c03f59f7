-- Takes waiting calls in turns; where none waits, the worker is going to listen to the stream for one.
-- KEYS: see keys
-- ARGV: group, consumer, at most so many, how long the worker listens in ms
-- Returns a list of {entry, fields}; each is delivered to the consumer for the first time.
-- @include keys
local group, consumer, max = ARGV[1], ARGV[2], tonumber(ARGV[3])
-- @include turns
-- @include offers
-- Taking out comes first: after that a full Redis lets the other writes of a script through.
redis.call('ZREM', TAKERS, consumer)
offer(max)
local read = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', max, 'STREAMS', STREAM, '>')
if read then return read[1][2] end
redis.call('ZREMRANGEBYSCORE', TAKERS, '-inf', now_ms())
redis.call('ZADD', TAKERS, now_ms() + ARGV[4], consumer)
return {}
