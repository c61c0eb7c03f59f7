-- Removes consumers that hold nothing: the one that leaves, and those that gave no sign of life for long.
-- KEYS: stream
-- ARGV: group, the consumer that leaves ('' for none), silence in ms
-- Returns how many were removed.
local removed = 0
local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
if consumers.err then return removed end
for _, flat in ipairs(consumers) do
  local consumer = {}
  for i = 1, #flat, 2 do consumer[flat[i]] = flat[i + 1] end
  local gone = consumer.name == ARGV[2] or consumer.idle > tonumber(ARGV[3])
  if gone and consumer.pending == 0 then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
    removed = removed + 1
  end
end
return removed
