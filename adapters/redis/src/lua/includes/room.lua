-- Which bound refuses a call of `user` with so many bytes of input: 'user', 'calls', 'share of calls', 'bytes' or 'share of
-- bytes'; nil when there is room. `max` has the bounds. The same as `roomRefusal` of the scheduler.
local function room_refusal(user, weight, bytes, max)
  local own = redis.call('HMGET', OUTSTANDING, user, bytes_field(user))
  if tonumber(own[1] or 0) >= max.outstanding then return 'user' end
  local all = redis.call('HMGET', COUNTS, 'waiting', 'bytes')
  local free_calls = max.calls - (all[1] or 0) - offered()
  if free_calls <= 0 then return 'calls' end
  if redis.call('ZCARD', line_key(user)) > weight * free_calls then return 'share of calls' end
  local free_bytes = max.bytes - (all[2] or 0)
  if bytes > free_bytes then return 'bytes' end
  if bytes > 0 and tonumber(own[2] or 0) > weight * free_bytes then return 'share of bytes' end
end
