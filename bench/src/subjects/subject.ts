/** Something that answers `POST <url>` with the body that it got, to be measured. */
export interface Subject {
  /** Names it in bars and results. */
  readonly name: string;
  /** Starts it; resolves once it answers. Rejects, with what it printed, if it does not. */
  start(site: Site): Promise<RunningSubject>;
}

/** Where a subject runs. */
export interface Site {
  /** The only cores that it may use. */
  readonly cores: readonly number[];
  /** An empty folder of its own, which is removed after it was stopped. */
  readonly folder: string;
}

/** A subject that answers. */
export interface RunningSubject {
  readonly url: string;
  /** Its processes; their descendants are found from here. */
  readonly pids: readonly number[];
  /** Ends all its processes. */
  stop(): Promise<void>;
}
