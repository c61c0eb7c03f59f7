-- What the scripts about a state value share.
-- KEYS: hash of what is known of the key, prefix of its chunks, the list of its user's keys, channel of its changes.
-- The hash has `size` while there is a value, the last `version`, and of the lock the last `token`, the `holder`, and `until`
-- when the lease lasts, in microseconds. Without a value it goes after TOMBSTONE_MS; time sees to it that numbers still grow.
local RECORD, CHUNKS, LIST, CHANNEL = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local TOMBSTONE_MS = 24 * 3600 * 1000
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local record = redis.call('HMGET', RECORD, 'size', 'version', 'token', 'holder', 'until')
local size, version, token, holder, lease_end = record[1], record[2], record[3], record[4], record[5]

-- Whole numbers as text; what Lua itself writes has 14 digits.
local function exact(number) return string.format('%.0f', number) end

-- A number that was never used: one more than the last, and not before now, so that records may be forgotten.
local function after(last) return math.max((tonumber(last) or 0) + 1, now) end

local function is_held() return lease_end and tonumber(lease_end) > now end

-- Whether a change may be made with these terms, each empty when there is none: what `checkChange` asks (I6, I7).
local function allows(given, expected)
  if given ~= '' and not (is_held() and token == given) then return false end
  if given == '' and is_held() then return false end
  return expected == '' or expected == (size and version or '0')
end

-- The refusal, with what `checkChange` and `checkSize` need to say why.
local function refused() return { 0, size, version, token, holder, lease_end, exact(now) } end

-- Takes note that the value has changed: its new version. The first write of a script, and one that a full Redis refuses:
-- after it Redis lets all others through, so that nothing is made by half.
local function change(key, new_size)
  local new_version = exact(after(version))
  redis.call('HSET', RECORD, 'size', new_size, 'version', new_version)
  if not size then
    redis.call('PERSIST', RECORD)
    redis.call('ZADD', LIST, 0, key)
  end
  redis.call('PUBLISH', CHANNEL, '')
  return new_version
end

-- Lets the hash be forgotten `more_ms` after the lease, unless there is a value.
local function forget_later(more_ms)
  if not size then redis.call('PEXPIRE', RECORD, exact(TOMBSTONE_MS + more_ms)) end
end
