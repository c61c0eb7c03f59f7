-- Writing runs of bytes into chunks. `size` and `chunk_bytes` are the value's and a chunk's. A chunk is missing, and holds
-- zeros, or has all its bytes: so it never grows, for which Redis would take twice its room.
local whole = {}

-- Writes runs, packed one after another: chunk, offset in it and length, 4 bytes each, highest first; then the bytes.
local function write_runs(packed)
  local at = 1
  while at <= #packed do
    local chunk, offset, length = struct.unpack('>I4I4I4', packed, at)
    local key, chunk_length = CHUNKS .. chunk, math.min(chunk_bytes, size - chunk * chunk_bytes)
    if not whole[chunk] then
      if length < chunk_length and redis.call('EXISTS', key) == 0 then
        redis.call('SETRANGE', key, chunk_length - 1, '\0')
      end
      whole[chunk] = true
    end
    redis.call('SETRANGE', key, offset, string.sub(packed, at + 12, at + 11 + length))
    at = at + 12 + length
  end
end
