import type { ErrorCode } from '@faasm/protocol';
import type {
  AppendedTerms,
  ByteRange,
  ChangeTerms,
  ListedValue,
  LockRecord,
  StateKey,
  ValueInfo,
} from '@faasm/state';

/** What the thread is started with. */
export interface DatabaseOptions {
  /** Of the file, which is created where it is missing; its folder exists. */
  readonly path: string;
  /** How large the file may become; undefined when the disk alone bounds it. */
  readonly sizeBytesMax?: number | undefined;
}

/** Parts of a value, packed one behind the other into a buffer that the thread is given for good. */
export interface Slab {
  readonly ranges: readonly ByteRange[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a change is bound to, with the lock of its key as it was when the change was sent. */
export interface ChangeGuard extends Pick<ChangeTerms, 'token' | 'expectedVersion'> {
  readonly lock: LockRecord | undefined;
  /** When it was sent, in milliseconds of the lock's clock. */
  readonly now: number;
}

/** What the thread can be asked for, each with what it answers. */
export interface Requests {
  describe: { asked: { readonly key: StateKey }; answer: ValueInfo | undefined };
  /** At most 1 MiB. Fails with `state.changed` unless the value has that size and, where one is given, `version`. */
  read: {
    asked: {
      readonly key: StateKey;
      readonly range: ByteRange;
      readonly sizeBytes: number;
      readonly version: number | undefined;
    };
    answer: Uint8Array<ArrayBuffer>;
  };
  /** Keeps bytes for a push that is still to be made. Without a number it begins one; answers with its number. */
  stage: {
    asked: { readonly push: number | undefined; readonly sizeBytes: number; readonly slab: Slab };
    answer: number;
  };
  /** Gives up a push that was begun. */
  abandon: { asked: { readonly push: number }; answer: true };
  /** Makes a push: of what was staged for it, where anything was, and of `slab`. */
  push: {
    asked: {
      readonly key: StateKey;
      readonly guard: ChangeGuard;
      readonly sizeBytes: number;
      readonly push: number | undefined;
      readonly slab: Slab;
    };
    answer: ValueInfo;
  };
  increment: {
    asked: { readonly key: StateKey; readonly guard: ChangeGuard; readonly delta: bigint };
    answer: { value: bigint; info: ValueInfo };
  };
  delete: { asked: { readonly key: StateKey; readonly guard: ChangeGuard }; answer: boolean };
  list: {
    asked: { readonly user: string; readonly after: string; readonly limit: number };
    answer: ListedValue[];
  };
  append: { asked: { readonly key: StateKey; readonly element: Uint8Array }; answer: number };
  readAppended: { asked: { readonly key: StateKey } & AppendedTerms; answer: Uint8Array[] };
  clearAppended: { asked: { readonly key: StateKey }; answer: true };
  /** Sets `count` tokens aside, which will not be given out again; answers with the last of them. */
  reserveTokens: { asked: { readonly count: number }; answer: number };
}

/** Names a request. */
export type RequestKind = keyof Requests;

/** A request of one kind, or of any. */
export type Request<K extends RequestKind = RequestKind> = {
  [Kind in K]: { readonly kind: Kind } & Requests[Kind]['asked'];
}[K];

/** To the thread; the last one is to close the file and end. */
export type RequestMessage = { readonly id: number; readonly request: Request } | 'close';

/** An error of the catalogue on its way between threads. */
export interface SentError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** From the thread. */
export type Reply =
  { readonly id: number; readonly answer: unknown } | { readonly id: number; readonly error: SentError };

/** Answers of one commit together. The first message has one, to {@link OPENING}. */
export type ReplyMessage = readonly Reply[];

/** Stands for a request to open the file, which the start of the thread is. */
export const OPENING = 0;
