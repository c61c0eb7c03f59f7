import { FaasmError } from '@faasm/protocol';
import { PIECE_BYTES_MAX, type ByteRange, type Piece } from '@faasm/state';

/**
 * A body as pieces of a value, which begin at multiples of 1 MiB, but for the first. Throws `request.bad_body` when the body
 * breaks off, or is shorter or longer than `range`.
 */
export async function* piecesOfBody(
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { start, end }: ByteRange,
): AsyncGenerator<Piece> {
  let at = start;
  let filled = 0;
  let bytes: Uint8Array | undefined;
  for await (const chunk of unbroken(body)) {
    let taken = 0;
    while (taken < chunk.byteLength) {
      if (at === end) throw wrongLength('longer', { start, end });
      bytes ??= new Uint8Array(Math.min(PIECE_BYTES_MAX - (at % PIECE_BYTES_MAX), end - at));
      const part = chunk.subarray(taken, taken + bytes.byteLength - filled);
      bytes.set(part, filled);
      taken += part.byteLength;
      filled += part.byteLength;
      if (filled < bytes.byteLength) continue;
      yield { offset: at, bytes };
      at += filled;
      filled = 0;
      bytes = undefined;
    }
  }
  if (at < end) throw wrongLength('shorter', { start, end });
}

async function* unbroken(body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (cause) {
    throw new FaasmError('request.bad_body', 'The body broke off before its end', { cause });
  }
}

function wrongLength(how: 'longer' | 'shorter', { start, end }: ByteRange): FaasmError {
  return new FaasmError(
    'request.bad_body',
    `The body is ${how} than the ${end - start} bytes that were said`,
  );
}
