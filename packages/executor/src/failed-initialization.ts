import type { GuestOutcome } from '@faasm/faaslet';

/** Constructors or zygote of a function failed, so that there is no Proto-Faaslet; every call that waits ends so. */
export class FailedInitialization extends Error {
  override readonly name = 'FailedInitialization';
  readonly left: GuestOutcome;

  constructor(left: GuestOutcome) {
    super('The initialisation of a function failed');
    this.left = left;
  }
}
