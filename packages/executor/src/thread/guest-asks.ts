import type { HostWork, MemoryMapper } from '@faasm/faaslet';
import type { OpenValue, StateMeans } from '@faasm/host-interface';
import { FaasmError } from '@faasm/protocol';
import type { StateQuestion, StateQuestionName, StateQuestions } from '@faasm/state';
import type { AnswerMessage, AskOutcome } from './messages.ts';
import type { Outbox } from './outbox.ts';

/** What questions of guests are sent and answered through. */
export interface GuestAsksOptions {
  readonly outbox: Outbox;
  readonly mapper: MemoryMapper;
  /** The request of the guest that runs now. */
  readonly runningRequest: () => number;
  /** Lets the guest of a request go on that waits. */
  readonly wake: (requestId: number) => void;
}

/** Of one call that has asked something. */
interface Asker {
  askId: number;
  outcome: AskOutcome | undefined;
  readonly values: Map<string, OpenValue>;
}

/** Lets the guests of a thread ask the host process: a guest waits meanwhile, the thread does not. */
export class GuestAsks implements StateMeans {
  readonly #options: GuestAsksOptions;
  readonly #askers = new Map<number, Asker>();

  constructor(options: GuestAsksOptions) {
    this.#options = options;
  }

  get regions(): MemoryMapper {
    return this.#options.mapper;
  }

  openValues(): Map<string, OpenValue> {
    return this.#asker(this.#options.runningRequest()).values;
  }

  *ask<Name extends StateQuestionName>(
    name: Name,
    ask: StateQuestions[Name]['ask'],
  ): HostWork<StateQuestions[Name]['answer']> {
    const requestId = this.#options.runningRequest();
    const asker = this.#asker(requestId);
    asker.askId += 1;
    asker.outcome = undefined;
    const question = { name, ask } as StateQuestion;
    this.#options.outbox.post({ type: 'ask', requestId, askId: asker.askId, question });
    // An answer wakes it, and so may something else.
    let outcome: AskOutcome | undefined;
    while ((outcome = outcomeOf(asker)) === undefined) yield Infinity;
    if ('error' in outcome) throw new FaasmError(outcome.error.code, outcome.error.message);
    return outcome.answer;
  }

  /** What came of a question; of a guest that was ended meanwhile nobody wants to know it. */
  answered({ requestId, askId, outcome }: AnswerMessage): void {
    const asker = this.#askers.get(requestId);
    if (asker?.askId !== askId) return;
    asker.outcome = outcome;
    this.#options.wake(requestId);
  }

  /** The guest of a request has ended. */
  ended(requestId: number): void {
    // Few guests ask anything.
    if (this.#askers.size > 0) this.#askers.delete(requestId);
  }

  #asker(requestId: number): Asker {
    const known = this.#askers.get(requestId);
    if (known !== undefined) return known;
    const asker = { askId: 0, outcome: undefined, values: new Map<string, OpenValue>() };
    this.#askers.set(requestId, asker);
    return asker;
  }
}

/** Set by an answer while the guest waits. */
function outcomeOf({ outcome }: Asker): AskOutcome | undefined {
  return outcome;
}
