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

-- Offers the next calls until `wanted` are on offer, or none waits.
local function offer(wanted)
  for _ = offered() + 1, wanted do
    local id, call, before, lost = next_call()
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
