-- What the keys of the scripts about the queue are called: the stream of calls that run or are on offer, the counts, the
-- unfinished calls and bytes by user, the users by their next turn, the workers that listen, and the prefixes of the
-- calls' and their waiters' keys.
local STREAM, COUNTS, OUTSTANDING, TURNS, TAKERS = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local function call_key(id) return KEYS[6] .. id end
local function waiters_key(id) return KEYS[7] .. id end
local function line_key(user) return TURNS .. ':' .. user end
local function bytes_field(user) return user .. ':bytes' end
