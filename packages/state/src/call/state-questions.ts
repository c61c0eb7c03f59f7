import type { AppendedTerms } from '../appended.ts';
import type { LockMode } from '../locks/local-locks.ts';
import type { ValueInfo } from '../global-tier.ts';
import type { SharedValue } from '../local/local-value.ts';
import type { Use } from '../local/local-tier.ts';

/**
 * What the thread of a call asks its host process of state, by name: what it says, and what it is answered. Keys are
 * those of the call's user, as the guest gave them.
 */
export interface StateQuestions {
  /** A value, with a part of it made ready. Undefined when there is none, and no size to make one of. */
  readonly use: {
    readonly ask: {
      readonly key: string;
      readonly sizeBytes: number | undefined;
      readonly use: Use | undefined;
    };
    readonly answer: SharedValue | undefined;
  };
  readonly describe: { readonly ask: { readonly key: string }; readonly answer: ValueInfo | undefined };
  readonly refresh: { readonly ask: { readonly key: string }; readonly answer: undefined };
  /** With a mask, the key of a value of the same size, only bytes that are not 0 there are sent. */
  readonly push: {
    readonly ask: { readonly key: string; readonly mask: string | undefined };
    readonly answer: undefined;
  };
  readonly lock: {
    readonly ask: { readonly key: string; readonly mode: LockMode | 'global' };
    readonly answer: undefined;
  };
  /** False when the call does not hold the lock. */
  readonly unlock: {
    readonly ask: { readonly key: string; readonly mode: LockMode | 'global' };
    readonly answer: boolean;
  };
  readonly append: {
    readonly ask: { readonly key: string; readonly element: Uint8Array };
    readonly answer: undefined;
  };
  readonly readAppended: {
    readonly ask: { readonly key: string } & AppendedTerms;
    readonly answer: readonly Uint8Array[];
  };
  readonly clearAppended: { readonly ask: { readonly key: string }; readonly answer: undefined };
  /** The new version; undefined when the value has another than was expected. */
  readonly compareAndSet: {
    readonly ask: { readonly key: string; readonly version: number; readonly bytes: Uint8Array };
    readonly answer: number | undefined;
  };
  readonly increment: {
    readonly ask: { readonly key: string; readonly delta: bigint };
    readonly answer: bigint;
  };
  /** Whether there was one. */
  readonly remove: { readonly ask: { readonly key: string }; readonly answer: boolean };
  readonly list: {
    readonly ask: { readonly after: string | undefined; readonly limit: number };
    readonly answer: readonly string[];
  };
}

/** Name of a question. */
export type StateQuestionName = keyof StateQuestions;

/** A question as it is sent. */
export type StateQuestion = {
  [Name in StateQuestionName]: { readonly name: Name; readonly ask: StateQuestions[Name]['ask'] };
}[StateQuestionName];

/** An answer as it is sent; which it is, is known by who asked. */
export type StateAnswer = StateQuestions[StateQuestionName]['answer'];
