-- The first elements of a log.
-- KEYS: the log
-- ARGV: how many at most; how many bytes they may have together; how many of them are looked at in one step
-- Returns the elements; nothing when they have more bytes.
local count, room, step = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local elements = {}
for first = 0, count - 1, step do
  local some = redis.call('LRANGE', KEYS[1], first, math.min(first + step, count) - 1)
  for _, element in ipairs(some) do
    room = room - #element
    if room < 0 then return false end
    elements[#elements + 1] = element
  end
  if #some < step then break end
end
return elements
