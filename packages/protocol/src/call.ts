import { SORTABLE_ID_LENGTH } from '@faasm/stdx';
import { FaasmError } from './faasm-error.ts';
import type { FunctionRef } from './function-ref.ts';

/** Identifies one call in the whole cluster: a ULID. */
export type CallId = string;

const CALL_ID_PATTERN = new RegExp(`^[0-9A-HJKMNP-TV-Z]{${SORTABLE_ID_LENGTH}}$`);

/** Checks the form of a call id. Throws `call.unknown`: an id of another form was never given out. */
export function parseCallId(text: string): CallId {
  if (CALL_ID_PATTERN.test(text)) return text;
  throw new FaasmError('call.unknown', `Call ${JSON.stringify(text.slice(0, 64))} is unknown: ids are ULIDs`);
}

/**
 * How a call is waited for, which decides whether it may run twice: a synchronous call runs at most once,
 * an asynchronous call at least once.
 */
export type CallKind = 'sync' | 'async';

/** One request to run a function. Never changes once accepted. */
export interface Call {
  readonly id: CallId;
  readonly kind: CallKind;
  readonly function: FunctionRef;
  readonly input: Uint8Array;
  /** What its function is started with after the arguments of its settings. */
  readonly arguments?: readonly string[];
  /** When an edge accepted it, in milliseconds since the Unix epoch. */
  readonly acceptedAt: number;
  /** When it must have ended, in milliseconds since the Unix epoch. */
  readonly deadlineAt: number;
  /** W3C trace context of the request that made the call. */
  readonly traceparent?: string;
}

/** What a call counts for where the inputs of calls have a bound together, in bytes: its input and its arguments. */
export function heldBytes({ input, arguments: args }: Pick<Call, 'input' | 'arguments'>): number {
  return args === undefined ? input.byteLength : input.byteLength + bytesOf(args);
}

function bytesOf(args: readonly string[]): number {
  return args.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
