-- Makes a push visible, whole, if its terms allow it.
-- KEYS: see value
-- ARGV: key, size of the value, token, expected version, bytes of a chunk, runs, prefix of staged keys, and what is staged:
--       whole chunks (chunk and number of the staged key), masked ones (the same; the mask has the next number), runs (number);
--       4 bytes each, highest first
-- Returns 1 and the version; 0 and what is known when it is refused; -1 when something that was staged is gone.
-- @include value
local chunk_bytes = tonumber(ARGV[5])
if not allows(ARGV[3], ARGV[4]) or (size and size ~= ARGV[2]) then return refused() end
local staged_whole, staged_masked, staged_runs = ARGV[8], ARGV[9], ARGV[10]
local function staged(number) return ARGV[7] .. number end

-- Redis may have been restarted since, and lost the last it was given.
local names = {}
for at = 1, #staged_whole, 8 do names[#names + 1] = staged(struct.unpack('>I4', staged_whole, at + 4)) end
for at = 1, #staged_masked, 8 do
  local number = struct.unpack('>I4', staged_masked, at + 4)
  names[#names + 1] = staged(number)
  names[#names + 1] = staged(number + 1)
end
for at = 1, #staged_runs, 4 do names[#names + 1] = staged(struct.unpack('>I4', staged_runs, at)) end
for first = 1, #names, 4000 do
  local last = math.min(first + 3999, #names)
  if redis.call('EXISTS', unpack(names, first, last)) <= last - first then return { -1 } end
end

local new_version = change(ARGV[1], ARGV[2])
size = tonumber(ARGV[2])
-- @include runs
write_runs(ARGV[6])
for at = 1, #staged_whole, 8 do
  local chunk, number = struct.unpack('>I4I4', staged_whole, at)
  redis.call('RENAME', staged(number), CHUNKS .. chunk)
  redis.call('PERSIST', CHUNKS .. chunk)
end
for at = 1, #staged_masked, 8 do
  local chunk, number = struct.unpack('>I4I4', staged_masked, at)
  local key, bytes, mask = CHUNKS .. chunk, staged(number), staged(number + 1)
  redis.call('BITOP', 'NOT', mask, mask)
  redis.call('BITOP', 'AND', mask, mask, key)
  redis.call('BITOP', 'OR', key, mask, bytes)
  redis.call('DEL', bytes, mask)
end
for at = 1, #staged_runs, 4 do
  local name = staged(struct.unpack('>I4', staged_runs, at))
  write_runs(redis.call('GET', name))
  redis.call('DEL', name)
end
return { 1, new_version }
