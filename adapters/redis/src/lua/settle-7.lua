-- Ends a call with its result, if the worker still holds the lease.
-- KEYS: see keys
-- ARGV: group, consumer, entry, delivery of the entry, id, result bytes, counter ('done' or 'dead'), time to live of the result
--       in ms, time to live of a reply in ms
-- Returns 1, or 0 when the lease is not held.
-- @include keys
local group = ARGV[1]
-- @include lease
-- @include turns
-- @include call
if not holds(ARGV[2], ARGV[3], ARGV[4]) then return 0 end
if redis.call('HEXISTS', call_key(ARGV[5]), 'user') == 0 then
  -- The call itself has been lost (Redis was emptied by hand): nobody can be told.
  redis.call('XACK', STREAM, group, ARGV[3])
  redis.call('XDEL', STREAM, ARGV[3])
  return 0
end
finish(ARGV[5], ARGV[6], ARGV[7], ARGV[8], ARGV[9])
return 1
