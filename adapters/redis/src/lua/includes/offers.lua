-- Calls on offer: in the stream, where the workers that listen find them. `group` is the consumer group.

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- How many calls are on offer. Makes the group where there is none.
local function offered()
  local pending = redis.pcall('XPENDING', STREAM, group)
  if pending.err then redis.call('XGROUP', 'CREATE', STREAM, group, '0', 'MKSTREAM') end
  return redis.call('XLEN', STREAM) - (pending[1] or 0)
end

-- Puts a call on offer. Returns its entry.
local function enter_stream(id, call, before, lost)
  return redis.call('XADD', STREAM, '*', 'id', id, 'call', call, 'before', before, 'lost', lost)
end

-- The fields of an entry by their names.
local function by_name(flat)
  local fields = {}
  for i = 1, #flat, 2 do fields[flat[i]] = flat[i + 1] end
  return fields
end

-- Lets a call that was read from the stream wait in its user's line again, at its old place, with so many deliveries before
-- and lost. Taking out comes first: it frees memory, after which a full Redis lets the other writes of a script through.
local function wait_again(entry, fields, before, lost)
  redis.call('XACK', STREAM, group, entry)
  redis.call('XDEL', STREAM, entry)
  local key = call_key(fields.id)
  redis.call('HDEL', key, 'entry')
  redis.call('HSET', key, 'call', fields.call, 'before', before, 'lost', lost)
  local known = redis.call('HMGET', key, 'user', 'place')
  wait_in_line(fields.id, known[1], known[2])
end

-- Offers the next calls until `wanted` are on offer, or none waits; with `except`, none of those users.
local function offer(wanted, except)
  for _ = offered() + 1, wanted do
    local id, call, before, lost = next_call(except or {})
    if not id then return end
    if call then
      local key = call_key(id)
      redis.call('HDEL', key, 'call', 'before', 'lost')
      redis.call('HSET', key, 'entry', enter_stream(id, call, before, lost))
    end
  end
end

-- How many workers listen to the stream.
local function listeners() return redis.call('ZCOUNT', TAKERS, now_ms(), '+inf') end

-- Offers a call to each worker that listens, so that none listens while calls wait. Those who do not listen ask when they
-- have room: what is not on offer stays in its line, where turns count.
local function offer_to_listeners()
  local listening = listeners()
  if listening > 0 then offer(listening) end
end
