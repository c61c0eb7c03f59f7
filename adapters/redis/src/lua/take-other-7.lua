-- Takes the next call of a user who is not among the given ones, if one waits now.
-- KEYS: see keys
-- ARGV: group, consumer, user for each of those
-- Returns a list of {entry, fields}, of one or none; it is delivered to the consumer for the first time.
-- @include keys
local group, consumer = ARGV[1], ARGV[2]
-- @include turns
-- @include offers
local except = {}
for i = 3, #ARGV do except[ARGV[i]] = true end
local taken, put_back = {}, false
while true do
  offer(1, except)
  local read = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', 1, 'STREAMS', STREAM, '>')
  if not read then break end
  local entry, fields = read[1][2][1][1], by_name(read[1][2][1][2])
  if not except[redis.call('HGET', call_key(fields.id), 'user')] then
    taken = read[1][2]
    break
  end
  -- It was on offer to a worker that listens, before the others.
  wait_again(entry, fields, fields.before, fields.lost)
  put_back = true
end
if put_back then offer_to_listeners() end
return taken
