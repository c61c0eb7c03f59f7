-- Accepts a call, unless a bound is met.
-- KEYS: see keys
-- ARGV: group, id, kind, user, name, accepted at, deadline at, call bytes, input bytes, the user's weight, bound on queued calls,
--       bound on bytes, bound on the user's outstanding calls, reply list that waits ('' for none)
-- Returns 'accepted', or the bound that refuses it. Accepting the same id again changes nothing.
-- @include keys
local group, id, user = ARGV[1], ARGV[2], ARGV[4]
local bytes, weight, reply = tonumber(ARGV[9]), tonumber(ARGV[10]), ARGV[14]
-- @include turns
-- @include offers
-- @include room
local key = call_key(id)
if redis.call('EXISTS', key) == 1 then return 'accepted' end
local max = { calls = tonumber(ARGV[11]), bytes = tonumber(ARGV[12]), outstanding = tonumber(ARGV[13]) }
local refusal = room_refusal(user, weight, bytes, max)
if refusal then return refusal end

local place = redis.call('HINCRBY', COUNTS, 'accepted', 1)
redis.call('HSET', key, 'kind', ARGV[3], 'user', user, 'name', ARGV[5], 'accepted', ARGV[6], 'deadline', ARGV[7],
  'bytes', bytes, 'weight', ARGV[10], 'place', place)
redis.call('HINCRBY', COUNTS, 'bytes', bytes)
redis.call('HINCRBY', OUTSTANDING, user, 1)
redis.call('HINCRBY', OUTSTANDING, bytes_field(user), bytes)
if reply ~= '' then redis.call('SADD', waiters_key(id), reply) end

local listening = listeners()
if listening > offered() and tonumber(redis.call('HGET', COUNTS, 'waiting') or 0) == 0 then
  redis.call('HSET', key, 'entry', enter_stream(id, ARGV[8], 0, 0))
else
  redis.call('HSET', key, 'call', ARGV[8], 'before', 0, 'lost', 0)
  wait_in_line(id, user, place)
  if listening > 0 then offer(listening) end
end
return 'accepted'
