/** What a check of `faasm doctor` found. */
export interface Finding {
  readonly check: string;
  /** `warn`: works, but not well, or not for everything. `fail`: does not work. */
  readonly level: 'ok' | 'warn' | 'fail';
  /** What was measured and, unless it is ok, what to do. */
  readonly detail: string;
}
