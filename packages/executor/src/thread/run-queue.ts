/** What can wait for its turn. */
export interface Runnable {
  readonly user: string;
  /** Share of the thread, beside those of other users; above 0. */
  readonly weight: number;
  /** Whether it had a turn before. */
  readonly started: boolean;
  /** Whether it comes new: it never had a turn, or it was away since its last one. */
  readonly fresh: boolean;
}

/** Those of one user that wait, and when the user's next turn begins, in virtual milliseconds. */
interface UserShare<T> {
  readonly fresh: T[];
  readonly others: T[];
  start: number;
  /** Whether the last one taken was fresh. */
  tookFresh: boolean;
}

/** Who is asked for. */
export interface Preference {
  readonly ms: number;
  /** Whether only those of other users are: it is not to make room for its own. */
  readonly ofOthers: boolean;
}

/**
 * Whose turn it is on a thread: start-time fair queueing over users (Goyal, Vin and Cheng, SIGCOMM 1996). Whoever was
 * away gains nothing by it: their time begins with that of the others. Within a user, those who come new alternate with
 * the others, so that a short call, or one that has slept, waits for one slice of a long one and not for all; before both
 * comes the one that was interrupted for the sake of another user.
 */
export class RunQueue<T extends Runnable> {
  readonly #users = new Map<string, UserShare<T>>();
  #virtualTime = 0;
  #length = 0;

  /** How many wait. */
  get length(): number {
    return this.#length;
  }

  /** Lets `runnable` wait, behind those of its user that are in the same state. */
  add(runnable: T): void {
    const share = this.#share(runnable.user);
    (runnable.fresh ? share.fresh : share.others).push(runnable);
    this.#length += 1;
  }

  /** Lets `runnable`, which was taken, go on when its user has the next turn. */
  addFirst(runnable: T): void {
    const share = this.#share(runnable.user);
    share.others.unshift(runnable);
    share.tookFresh = true;
    this.#length += 1;
  }

  /** Takes the next one out. Undefined when none waits. */
  take(): T | undefined {
    const share = this.#nextUser();
    if (share === undefined) return undefined;
    this.#virtualTime = Math.max(this.#virtualTime, share.start);
    this.#length -= 1;
    share.tookFresh = isFreshNext(share);
    return (share.tookFresh ? share.fresh : share.others).shift();
  }

  /** Notes that `runnable`, which was taken, ran for `ms` milliseconds. */
  charge({ user, weight }: Runnable, ms: number): void {
    this.#share(user).start += ms / weight;
  }

  /** Who should run instead of `runnable`, which has run for `ms` milliseconds since it was taken. */
  preferredTo({ user, weight }: Runnable, { ms, ofOthers }: Preference): T | undefined {
    const next = this.#nextUser(ofOthers ? user : undefined);
    if (next === undefined || next.start > this.#share(user).start + ms / weight) return undefined;
    return isFreshNext(next) ? next.fresh[0] : next.others[0];
  }

  /** Takes out one that waits. False when it does not. */
  remove(runnable: T): boolean {
    const share = this.#users.get(runnable.user);
    const list = runnable.fresh ? share?.fresh : share?.others;
    const at = list?.indexOf(runnable) ?? -1;
    if (at < 0) return false;
    list?.splice(at, 1);
    this.#length -= 1;
    return true;
  }

  /** Takes out those that never ran, the ones that came last first, at most `max`. */
  removeUnstarted(max: number): T[] {
    const removed: T[] = [];
    for (const { fresh } of this.#users.values()) {
      for (let i = fresh.length - 1; i >= 0 && removed.length < max; i--) {
        const last = fresh[i];
        if (last?.started === false) removed.push(...fresh.splice(i, 1));
      }
    }
    this.#length -= removed.length;
    return removed;
  }

  #nextUser(except?: string): UserShare<T> | undefined {
    let next: UserShare<T> | undefined;
    for (const [user, share] of this.#users) {
      if (user === except) continue;
      if (isWaiting(share) && (next === undefined || share.start < next.start)) next = share;
    }
    return next;
  }

  /** Users with nothing to run are forgotten once their time has passed. */
  #share(user: string): UserShare<T> {
    const known = this.#users.get(user);
    if (known !== undefined) {
      if (!isWaiting(known)) known.start = Math.max(known.start, this.#virtualTime);
      return known;
    }
    for (const [other, share] of this.#users) {
      if (!isWaiting(share) && share.start <= this.#virtualTime) this.#users.delete(other);
    }
    const share = { fresh: [], others: [], start: this.#virtualTime, tookFresh: false };
    this.#users.set(user, share);
    return share;
  }
}

function isWaiting({ fresh, others }: UserShare<unknown>): boolean {
  return fresh.length + others.length > 0;
}

function isFreshNext({ fresh, others, tookFresh }: UserShare<unknown>): boolean {
  return fresh.length > 0 && (others.length === 0 || !tookFresh);
}
