-- Which bound refuses a call of `user` with so many bytes of input: 'user', 'calls', 'share of calls', 'bytes' or 'share of
-- bytes'; nil when there is room. `max` has the bounds. The same as `roomRefusal` of the scheduler.
local function room_refusal(user, weight, bytes, max)
  if tonumber(redis.call('HGET', OUTSTANDING, user) or 0) >= max.outstanding then return 'user' end
  local free_calls = max.calls - count_of('waiting') - offered()
  if free_calls <= 0 then return 'calls' end
  if redis.call('ZCARD', line_key(user)) > weight * free_calls then return 'share of calls' end
  local free_bytes = max.bytes - count_of('bytes')
  if bytes > free_bytes then return 'bytes' end
  local user_bytes = tonumber(redis.call('HGET', OUTSTANDING, bytes_field(user)) or 0)
  if bytes > 0 and user_bytes > weight * free_bytes then return 'share of bytes' end
end
