import type { FunctionRef } from '@faasm/protocol';
import type { Clock } from '@faasm/stdx';
import type { ExecutorThread, ThreadCall, Uninitialized } from './executor-thread.ts';
import type { FaasletLedger } from './faaslet-ledger.ts';
import { GuestAttempts, type GuestAttemptsOptions, type RunTerms } from './guest-attempts.ts';
import type { ThreadPool } from './thread-pool.ts';
import type { DoneMessage, InitializedMessage } from './thread/messages.ts';

/** A call that is to run. */
export interface GuestCall extends ThreadCall {
  readonly function: FunctionRef;
  readonly digest: string;
}

/** What guests are run with. */
interface GuestRunnerOptions extends GuestAttemptsOptions {
  readonly ledger: FaasletLedger;
}

/** Runs guests on the threads of a pool. */
export class GuestRunner {
  readonly #options: GuestRunnerOptions;

  constructor(pool: ThreadPool, { clock, ledger }: { clock: Clock; ledger: FaasletLedger }) {
    this.#options = { pool, clock, ledger };
  }

  /** Runs constructors and zygote. Rejects with the limit's reason, `host.capacity` or `call.host_lost`. */
  initialize(what: Uninitialized, terms: RunTerms): Promise<InitializedMessage> {
    return new InitializationAttempts(this.#options, { what, terms }).begin();
  }

  /** Runs a call. Rejects as `initialize` does. */
  run(call: GuestCall, terms: RunTerms): Promise<DoneMessage> {
    return new CallAttempts(this.#options, { call, terms }).begin();
  }
}

class InitializationAttempts extends GuestAttempts<InitializedMessage> {
  readonly #what: Uninitialized;

  constructor(options: GuestRunnerOptions, { what, terms }: { what: Uninitialized; terms: RunTerms }) {
    super(options, { terms, protoId: undefined });
    this.#what = what;
  }

  protected override entered(): undefined {
    return undefined;
  }

  protected override send(thread: ExecutorThread): number {
    return thread.initialize(this.#what, { terms: this.terms, asker: this });
  }

  protected override left(): void {
    return undefined;
  }
}

class CallAttempts extends GuestAttempts<DoneMessage> {
  readonly #call: GuestCall;
  readonly #ledger: FaasletLedger;

  constructor(options: GuestRunnerOptions, { call, terms }: { call: GuestCall; terms: RunTerms }) {
    super(options, { terms, protoId: call.shared.id });
    this.#call = call;
    this.#ledger = options.ledger;
  }

  protected override entered(thread: ExecutorThread): Promise<void> | undefined {
    return this.#ledger.enter(this.#call.shared.id, thread, this.#call);
  }

  protected override send(thread: ExecutorThread): number {
    return thread.run(this.#call, { terms: this.terms, asker: this });
  }

  protected override left(done: DoneMessage | undefined): void {
    this.#ledger.leave(this.#call.shared.id, done?.warm);
  }
}
