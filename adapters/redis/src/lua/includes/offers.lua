-- Calls on offer: in the stream, where the workers that listen find them. `group` is the consumer group.

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- How many calls are on offer. Makes the group where there is none.
local function offered()
  redis.pcall('XGROUP', 'CREATE', STREAM, group, '0', 'MKSTREAM')
  return redis.call('XLEN', STREAM) - redis.call('XPENDING', STREAM, group)[1]
end

-- Offers the next calls until `wanted` are on offer, or none waits.
local function offer(wanted)
  for _ = offered() + 1, wanted do
    local id = next_call()
    if not id then return end
    local key = call_key(id)
    local kept = redis.call('HMGET', key, 'call', 'before', 'lost')
    if kept[1] then
      redis.call('HDEL', key, 'call', 'before', 'lost')
      local entry = redis.call('XADD', STREAM, '*', 'id', id, 'call', kept[1], 'before', kept[2], 'lost', kept[3])
      redis.call('HSET', key, 'entry', entry)
    end
  end
end

-- Offers a call to each worker that listens, so that none listens while calls wait. Those who do not listen ask when they
-- have room: what is not on offer stays in its line, where turns count.
local function offer_to_listeners()
  local listening = redis.call('ZCOUNT', TAKERS, now_ms(), '+inf')
  if listening > 0 then offer(listening) end
end
