-- What scripts that end a call share. They have KEYS[1..5]: the stream, the counts, the outstanding calls by user,
-- the call and its waiters; `group` is the consumer group.

-- Takes the entry out of the queue, writes the terminal state, and hands the result to everyone who waits.
-- Taking out comes first: it frees memory, after which a full Redis lets the other writes of a script through.
local function finish(id, entry, result, counter, ttl_ms, reply_ttl_ms)
  redis.call('XACK', KEYS[1], group, entry)
  redis.call('XDEL', KEYS[1], entry)
  redis.call('HSET', KEYS[4], 'result', result)
  redis.call('PEXPIRE', KEYS[4], ttl_ms)
  redis.call('HINCRBY', KEYS[2], counter, 1)
  local user = redis.call('HGET', KEYS[4], 'user')
  if redis.call('HINCRBY', KEYS[3], user, -1) <= 0 then redis.call('HDEL', KEYS[3], user) end
  for _, reply in ipairs(redis.call('SMEMBERS', KEYS[5])) do
    redis.call('RPUSH', reply, id .. result)
    redis.call('PEXPIRE', reply, reply_ttl_ms)
  end
  redis.call('DEL', KEYS[5])
end
