import {
  GlobalLocks,
  LocalLocks,
  LocalTier,
  StateSession,
  ValueMaps,
  type StateQuestion,
} from '@faasm/state';
import { method, type Restore } from './method.ts';

/** Lets a host process answer another question than it was asked; nothing when `change` makes none of it. */
function asking(
  change: (question: StateQuestion) => StateQuestion | { readonly answers: boolean | undefined },
): Restore {
  return method(
    StateSession,
    'ask',
    (before) =>
      async function (this: StateSession, question) {
        const changed = change(question);
        return 'answers' in changed ? changed.answers : await before.call(this, changed);
      },
  );
}

const nothing = { answers: undefined } as const;

/** What goes wrong in a host process, by name. */
export const HOST_MUTANTS: Record<string, () => Restore> = {
  'a push ignores its mask': () =>
    asking((question) =>
      question.name === 'push' ? { ...question, ask: { ...question.ask, mask: undefined } } : question,
    ),
  'a push is forgotten': () => asking((question) => (question.name === 'push' ? nothing : question)),
  'a pull is forgotten': () => asking((question) => (question.name === 'refresh' ? nothing : question)),
  'a lock is not taken': () => asking((question) => (question.name === 'lock' ? nothing : question)),
  'an unlock gives nothing back': () =>
    asking((question) => (question.name === 'unlock' ? { answers: true } : question)),
  'every unlock finds a lock': () =>
    method(
      StateSession,
      'ask',
      (before) =>
        async function (this: StateSession, question) {
          const answer = await before.call(this, question);
          return question.name === 'unlock' ? true : answer;
        },
    ),
  'read locks are write locks': () =>
    asking((question) =>
      (question.name === 'lock' || question.name === 'unlock') && question.ask.mode === 'read'
        ? { ...question, ask: { ...question.ask, mode: 'write' } }
        : question,
    ),
  'the size that a guest says is not looked at': () =>
    asking((question) =>
      question.name === 'use' && question.ask.use?.how === 'read'
        ? { ...question, ask: { ...question.ask, sizeBytes: undefined } }
        : question,
    ),
  'a mapped value has no base': () =>
    asking((question) =>
      question.name === 'use' && question.ask.use?.how === 'map'
        ? { ...question, ask: { ...question.ask, use: { ...question.ask.use, how: 'read' } } }
        : question,
    ),
  'what a part is written into is not pulled': () =>
    asking((question) =>
      question.name === 'use' && question.ask.use?.how === 'overwrite'
        ? { ...question, ask: { ...question.ask, use: undefined } }
        : question,
    ),
  'what is read is not pulled': () =>
    asking((question) =>
      question.name === 'use' && question.ask.use?.how === 'read'
        ? { ...question, ask: { ...question.ask, use: { ...question.ask.use, how: 'overwrite' } } }
        : question,
    ),
  'a deleted value stays on its host': () =>
    method(LocalTier, 'forget', () => async () => {
      await Promise.resolve();
    }),
  'compare-and-set leaves the old bytes on its host': () =>
    method(LocalTier, 'outdate', () => async () => {
      await Promise.resolve();
    }),
  'values have no limit': () => method(LocalTier, 'checkLimit', () => () => undefined),
  'a lost value stays': () => method(LocalTier, 'lose', () => () => undefined),
  'nobody on a host knows who has a global lock': () =>
    method(GlobalLocks, 'heldHere', () => () => undefined),
  'a local lock is granted to everybody': () => method(LocalLocks, 'acquire', () => () => undefined),
  'a local lock is not given back': () => method(LocalLocks, 'leave', () => () => true),
  'marks are never taken away': () => method(ValueMaps, 'unflag', () => () => undefined),
  'chunks are never known to be pulled': () => method(ValueMaps, 'notePulled', () => () => undefined),
  'chunks are never pulled again': () => method(ValueMaps, 'forgetPulled', () => () => undefined),
};
