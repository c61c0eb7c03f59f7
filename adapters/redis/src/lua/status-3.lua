-- State of a call; registers a reply list to be told of its end, unless it has ended.
-- KEYS: stream, call, waiters
-- ARGV: group, reply list ('' for none)
-- Returns {kind, user, name, accepted at, deadline at, state, result bytes or ''}, or an empty list.
local call = redis.call('HMGET', KEYS[2], 'kind', 'user', 'name', 'accepted', 'deadline', 'entry', 'result')
if not call[1] then return {} end
local state, result = 'queued', ''
if call[7] then
  state, result = 'done', call[7]
else
  -- A call without an entry waits in its user's line.
  local pending = call[6] and redis.pcall('XPENDING', KEYS[1], ARGV[1], call[6], call[6], 1) or {}
  if not pending.err and #pending == 1 then state = 'running' end
  if ARGV[2] ~= '' then redis.call('SADD', KEYS[3], ARGV[2]) end
end
return { call[1], call[2], call[3], call[4], call[5], state, result }
