-- Removes a value, if the terms allow it. Its version and its lock are known for a time.
-- KEYS: see value
-- ARGV: key, token, expected version, bytes of a chunk
-- Returns 1 and whether there was one; 0 and what is known when it is refused.
-- @include value
if not allows(ARGV[2], ARGV[3]) then return refused() end
if not size then return { 1, 0 } end
redis.call('HDEL', RECORD, 'size')
local chunks = math.ceil(size / ARGV[4])
for first = 0, chunks - 1, 4000 do
  local names = {}
  for chunk = first, math.min(first + 4000, chunks) - 1 do names[#names + 1] = CHUNKS .. chunk end
  redis.call('UNLINK', unpack(names))
end
redis.call('ZREM', LIST, ARGV[1])
size = false
forget_later(math.max(0, (lease_end or now) - now) / 1000)
redis.call('PUBLISH', CHANNEL, '')
return { 1, 1 }
