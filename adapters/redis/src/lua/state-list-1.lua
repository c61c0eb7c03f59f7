-- The values of a user in the order of their keys' bytes.
-- KEYS: the list of the user's keys
-- ARGV: where to begin, as ZRANGEBYLEX has it; how many at most; what the hashes of what is known of keys begin with
-- Returns key, size and version of each.
local listed = {}
for _, key in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], '+', 'LIMIT', 0, ARGV[2])) do
  local known = redis.call('HMGET', ARGV[3] .. key, 'size', 'version')
  listed[#listed + 1] = { key, known[1], known[2] }
end
return listed
