import type { MakeTier } from '@faasm/state/contracts';
import { after, describe, it } from 'node:test';
import { twoHosts, type HostOptions, type Hosts } from './two-hosts.ts';

/** What a case has its hosts from. */
interface MakeHosts {
  /** Two hosts with two threads each that other cases have too, for a user of its own. */
  shared(): Promise<Hosts>;
  /** Two hosts of its own. */
  own(options: HostOptions): Promise<Hosts>;
}

/** Tests of hosts with a global tier by their names, which cite what they hold. */
export type HostCases = Record<string, (make: MakeHosts) => Promise<void>>;

/** After this a test that waits for what never comes has failed. */
const TEST_TIMEOUT_MS = 60_000;

/** Runs each case. */
export function registerHostCases(
  title: string,
  cases: HostCases,
  { makeTier, timeoutMs = TEST_TIMEOUT_MS }: { makeTier: MakeTier; timeoutMs?: number },
): void {
  describe(title, () => {
    const closing: (() => Promise<void>)[] = [];
    let made: Promise<Hosts> | undefined;
    let users = 0;
    after(async () => {
      for (const close of closing) await close();
    });
    const shared = async (): Promise<Hosts> => {
      made ??= twoHosts({ after: (close) => closing.push(close) }, makeTier, { threads: 2 });
      const { tier, hosts } = await made;
      users += 1;
      const user = `user-${users}`;
      return {
        tier,
        hosts: [
          { ...hosts[0], user },
          { ...hosts[1], user },
        ],
      };
    };
    for (const [name, check] of Object.entries(cases)) {
      it(name, { timeout: timeoutMs }, async (t) => {
        await check({ shared, own: async (options) => await twoHosts(t, makeTier, options) });
      });
    }
  });
}
