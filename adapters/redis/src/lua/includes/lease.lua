-- Whether `consumer` holds the pending entry, delivered for the `delivery`th time: the lease (I3).
-- KEYS[1] is the stream; `group` is the consumer group.
local function holds(consumer, entry, delivery)
  local pending = redis.pcall('XPENDING', KEYS[1], group, entry, entry, 1, consumer)
  return not pending.err and #pending == 1 and pending[1][4] == tonumber(delivery)
end
