-- Accepts a call, unless a bound is met.
-- KEYS: stream, counts, outstanding, call, waiters
-- ARGV: group, id, kind, user, name, accepted at, deadline at, call bytes, bound on queued calls,
--       bound on the user's outstanding calls, reply list that waits ('' for none)
-- Returns 'accepted', 'queue.full' or 'user.limit'. Accepting the same id again changes nothing.
local group, id, user, reply = ARGV[1], ARGV[2], ARGV[4], ARGV[11]
if redis.call('EXISTS', KEYS[4]) == 1 then return 'accepted' end
if tonumber(redis.call('HGET', KEYS[3], user) or 0) >= tonumber(ARGV[10]) then return 'user.limit' end

redis.pcall('XGROUP', 'CREATE', KEYS[1], group, '0', 'MKSTREAM')
local running = redis.call('XPENDING', KEYS[1], group)[1]
if redis.call('XLEN', KEYS[1]) - running >= tonumber(ARGV[9]) then return 'queue.full' end

local entry = redis.call('XADD', KEYS[1], '*', 'id', id, 'call', ARGV[8], 'before', 0, 'lost', 0)
redis.call('HSET', KEYS[4], 'kind', ARGV[3], 'user', user, 'name', ARGV[5], 'accepted', ARGV[6], 'deadline', ARGV[7],
  'entry', entry)
redis.call('HINCRBY', KEYS[2], 'accepted', 1)
redis.call('HINCRBY', KEYS[3], user, 1)
if reply ~= '' then redis.call('SADD', KEYS[5], reply) end
return 'accepted'
