-- Whether there is room for a call now.
-- KEYS: see keys
-- ARGV: group, user, input bytes, the user's weight, bound on queued calls, bound on bytes, bound on the user's outstanding calls
-- Returns 'accepted', or the bound that would refuse it.
-- @include keys
local group = ARGV[1]
-- @include turns
-- @include offers
-- @include room
local max = { calls = tonumber(ARGV[5]), bytes = tonumber(ARGV[6]), outstanding = tonumber(ARGV[7]) }
return room_refusal(ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[3]), max) or 'accepted'
