import { CHUNK_BYTES, stateKey, type GlobalTier, type Piece, type StateKey } from '@faasm/state';
import { tierWith } from '../tier-with.ts';

const everybodys = ({ key }: StateKey): StateKey => stateKey('everybody', key);

async function* changed(
  pieces: Iterable<Piece> | AsyncIterable<Piece>,
  change: (piece: Piece) => Piece | undefined,
): AsyncGenerator<Piece> {
  for await (const piece of pieces) {
    const made = change(piece);
    if (made !== undefined) yield made;
  }
}

function withPieces(
  tier: GlobalTier,
  change: (piece: Piece, sizeBytes: number) => Piece | undefined,
): GlobalTier {
  return tierWith(tier, {
    push: (key, push) =>
      tier.push(key, { ...push, pieces: changed(push.pieces, (piece) => change(piece, push.sizeBytes)) }),
  });
}

const withoutLast = ({ offset, bytes }: Piece): Piece => ({ offset, bytes: bytes.subarray(0, -1) });

/** What goes wrong between a host and the global tier, by name. */
export const TIER_MUTANTS: Record<string, (tier: GlobalTier) => GlobalTier> = {
  'a push carries no token': (tier) =>
    tierWith(tier, { push: (key, push) => tier.push(key, { ...push, token: undefined }) }),
  'a push carries no version': (tier) =>
    tierWith(tier, { push: (key, push) => tier.push(key, { ...push, expectedVersion: undefined }) }),
  'a push loses the last byte of a piece': (tier) => withPieces(tier, withoutLast),
  'a push writes one chunk further': (tier) =>
    withPieces(tier, ({ offset, bytes }, sizeBytes) => {
      const further = offset + CHUNK_BYTES;
      return { offset: further + bytes.byteLength <= sizeBytes ? further : offset, bytes };
    }),
  'a push loses what lies beyond the first chunk': (tier) =>
    withPieces(tier, (piece) => (piece.offset >= CHUNK_BYTES ? undefined : piece)),
  'a push is not made': (tier) =>
    tierWith(tier, {
      push: async (key, { sizeBytes }) => (await tier.describe(key)) ?? { sizeBytes, version: 1 },
    }),
  'a pull loses the last chunk': (tier) =>
    tierWith(tier, {
      read: async (key, terms) => {
        const reading = await tier.read(key, terms);
        const last = (Math.ceil((reading?.info.sizeBytes ?? 0) / CHUNK_BYTES) - 1) * CHUNK_BYTES;
        const cut = ({ offset, bytes }: Piece): Piece => ({
          offset,
          bytes: bytes.subarray(0, Math.max(0, last - offset)),
        });
        return reading === undefined ? undefined : { ...reading, pieces: changed(reading.pieces, cut) };
      },
    }),
  'a pull loses the last byte': (tier) =>
    tierWith(tier, {
      read: async (key, terms) => {
        const reading = await tier.read(key, terms);
        return reading === undefined
          ? undefined
          : { ...reading, pieces: changed(reading.pieces, withoutLast) };
      },
    }),
  'an increment adds one': (tier) =>
    tierWith(tier, { increment: (key, _delta, terms) => tier.increment(key, 1n, terms) }),
  'a deletion leaves the value': (tier) =>
    tierWith(tier, { delete: async () => await Promise.resolve(true) }),
  'every deletion finds a value': (tier) =>
    tierWith(tier, { delete: async (key, terms) => (await tier.delete(key, terms)) || true }),
  'an element is appended twice': (tier) =>
    tierWith(tier, {
      append: async (key, element) => {
        await tier.append(key, element);
        return await tier.append(key, element);
      },
    }),
  'all elements are read': (tier) =>
    tierWith(tier, {
      readAppended: (key, terms) => tier.readAppended(key, { ...terms, count: 1_000 }),
    }),
  'a log is not emptied': (tier) => tierWith(tier, { clearAppended: () => Promise.resolve() }),
  'a lock is granted to everybody': (tier) =>
    tierWith(tier, { tryLock: async () => await Promise.resolve({ granted: true, token: 1 }) }),
  'a lock is not given back': (tier) => tierWith(tier, { unlock: async () => await Promise.resolve(true) }),
  'a list begins at the first key': (tier) =>
    tierWith(tier, { list: (user, { limit }) => tier.list(user, { limit }) }),
  'a list has one key': (tier) =>
    tierWith(tier, { list: (user, page) => tier.list(user, { ...page, limit: 1 }) }),
  'a value has always version 1': (tier) =>
    tierWith(tier, {
      describe: async (key) => {
        const info = await tier.describe(key);
        return info === undefined ? undefined : { ...info, version: 1 };
      },
    }),
  'users share their values': (tier) =>
    tierWith(tier, {
      describe: (key) => tier.describe(everybodys(key)),
      read: (key, terms) => tier.read(everybodys(key), terms),
      push: (key, push) => tier.push(everybodys(key), push),
    }),
};
