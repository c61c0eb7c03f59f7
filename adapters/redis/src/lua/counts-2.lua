-- Numbers of calls by state, all of one moment (I4).
-- KEYS: stream, counts
-- ARGV: group
-- Returns {accepted, queued, running, done, dead}.
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1])
local running = pending.err and 0 or pending[1]
local counts = redis.call('HMGET', KEYS[2], 'accepted', 'done', 'dead', 'waiting')
local number = function(text) return tonumber(text or 0) end
local queued = number(counts[4]) + redis.call('XLEN', KEYS[1]) - running
return { number(counts[1]), queued, running, number(counts[2]), number(counts[3]) }
