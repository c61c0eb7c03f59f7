-- What scripts that end a call share. `group` is the consumer group.

-- Takes a call from what its user has unfinished.
local function subtract(field, number)
  if redis.call('HINCRBY', OUTSTANDING, field, 0 - number) <= 0 then redis.call('HDEL', OUTSTANDING, field) end
end

-- Takes the call out of the queue, writes the terminal state, and hands the result to everyone who waits.
-- Taking out comes first: it frees memory, after which a full Redis lets the other writes of a script through.
local function finish(id, result, counter, ttl_ms, reply_ttl_ms)
  local key, waiters = call_key(id), waiters_key(id)
  local known = redis.call('HMGET', key, 'entry', 'user', 'bytes')
  local entry, user, bytes = known[1], known[2], known[3]
  if entry then
    redis.call('XACK', STREAM, group, entry)
    redis.call('XDEL', STREAM, entry)
  else
    leave_line(id, user)
    redis.call('HDEL', key, 'call')
  end
  redis.call('HSET', key, 'result', result)
  redis.call('PEXPIRE', key, ttl_ms)
  redis.call('HINCRBY', COUNTS, counter, 1)
  redis.call('HINCRBY', COUNTS, 'bytes', 0 - bytes)
  subtract(user, 1)
  subtract(bytes_field(user), bytes)
  for _, reply in ipairs(redis.call('SMEMBERS', waiters)) do
    redis.call('RPUSH', reply, id .. result)
    redis.call('PEXPIRE', reply, reply_ttl_ms)
  end
  redis.call('DEL', waiters)
end
