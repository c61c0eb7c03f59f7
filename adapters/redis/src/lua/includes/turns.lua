-- Whose call is next: start-time fair queueing over users. A call is a turn of 1 / weight; whoever was away gains nothing,
-- because their time begins with that of the others. Within a user the call that was accepted first goes first.

-- Text that a number is read from unchanged; what Lua itself writes has 14 digits.
local function exact(number) return string.format('%.17g', number) end

-- Takes count of a call that left its line. Where nobody waits, nobody is owed a turn, and time begins anew.
local function left_line()
  if redis.call('HINCRBY', COUNTS, 'waiting', -1) > 0 then return end
  redis.call('DEL', TURNS)
  redis.call('HDEL', COUNTS, 'now')
end

-- Lets a call wait in its user's line, at its place in the order of acceptance.
local function wait_in_line(id, user, place)
  redis.call('ZADD', line_key(user), place, id)
  redis.call('HINCRBY', COUNTS, 'waiting', 1)
  -- Who has calls waiting, or a turn that is not over, keeps the time that was theirs.
  redis.call('ZADD', TURNS, 'NX', redis.call('HGET', COUNTS, 'now') or 0, user)
end

-- Takes a call out of its line, if it waits there.
local function leave_line(id, user)
  if redis.call('ZREM', line_key(user), id) == 1 then left_line() end
end

-- Takes the next call out of its line, of a user who is not in `except`. Returns its id, its bytes, and its deliveries before and
-- lost; nil when none waits. Taking out comes first: after that a full Redis lets the other writes of a script through.
local function next_call(except)
  local at = 0
  while true do
    local first = redis.call('ZRANGE', TURNS, at, at, 'WITHSCORES')
    local user, start = first[1], first[2]
    if not user then return nil end
    if except[user] and redis.call('EXISTS', line_key(user)) == 1 then
      at = at + 1
    else
      local id = redis.call('ZPOPMIN', line_key(user))[1]
      -- Time went on without a user who was passed over.
      local now = redis.call('HGET', COUNTS, 'now') or 0
      if tonumber(now) > tonumber(start) then start = now end
      if id then
        local call = redis.call('HMGET', call_key(id), 'weight', 'call', 'before', 'lost')
        local finish = tonumber(start) + 1 / tonumber(call[1] or 1)
        redis.call('ZADD', TURNS, exact(finish), user)
        redis.call('HSET', COUNTS, 'now', start)
        left_line()
        return id, call[2], call[3], call[4]
      end
      redis.call('ZREM', TURNS, user)
      redis.call('HSET', COUNTS, 'now', start)
    end
  end
end
