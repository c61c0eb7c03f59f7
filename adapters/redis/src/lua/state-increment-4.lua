-- Adds to a value of 8 bytes, lowest byte first, if its terms allow it.
-- KEYS: see value
-- ARGV: key, token, expected version, what is added as 8 bytes
-- Returns 1, the version and the 8 bytes that it came to; 0 and what is known when it is refused.
-- @include value
if not allows(ARGV[2], ARGV[3]) or (size and size ~= '8') then return refused() end
local new_version = change(ARGV[1], '8')
-- Lua's numbers have 53 bits: byte by byte, with the carry.
local before = redis.call('GET', CHUNKS .. '0') or string.rep('\0', 8)
local sums, carry = {}, 0
for i = 1, 8 do
  local sum = string.byte(before, i) + string.byte(ARGV[4], i) + carry
  sums[i] = string.char(sum % 256)
  carry = math.floor(sum / 256)
end
local bytes = table.concat(sums)
redis.call('SET', CHUNKS .. '0', bytes)
return { 1, new_version, bytes }
