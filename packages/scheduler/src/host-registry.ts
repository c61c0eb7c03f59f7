/** One worker process, as it last announced itself. */
export interface HostRecord {
  /** Unique to this incarnation of the process. */
  readonly id: string;
  /** How many calls it runs at once. */
  readonly slots: number;
  /** How many it runs now. */
  readonly busy: number;
  /** In milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Takes no more calls; it ends when those that run have ended. */
  readonly draining: boolean;
}

/** Port: which workers there are. */
export interface HostRegistry {
  /** Adds or refreshes a host. It disappears when it is not announced again within the registry's time to live. */
  announce(host: HostRecord): Promise<void>;
  /** Removes a host at once. Unknown ids are fine. */
  withdraw(id: string): Promise<void>;
  /** The hosts that are alive, by id in ascending order. */
  list(): Promise<HostRecord[]>;
  /** Answers true, or throws `queue.unavailable`. */
  ping(): Promise<true>;
  close(): Promise<void>;
}
