import type { CurrentVersions, FunctionStore } from '@faasm/functions';

/** The store of a process that also runs functions: what it changes is seen by its next call, not a moment later. */
export function withOwnChangesSeen(
  store: FunctionStore,
  versions: Pick<CurrentVersions, 'forget'>,
): FunctionStore {
  return {
    stage: async (body, maxBytes) => await store.stage(body, maxBytes),
    current: async (ref) => await store.current(ref),
    describe: async (ref) => await store.describe(ref),
    read: async (ref, digest) => await store.read(ref, digest),
    list: async (user) => await store.list(user),
    ping: async () => await store.ping(),
    publish: async (ref, staged, version) => {
      const record = await store.publish(ref, staged, version);
      versions.forget(ref);
      return record;
    },
    setCurrent: async (ref, digest) => {
      const record = await store.setCurrent(ref, digest);
      versions.forget(ref);
      return record;
    },
    remove: async (ref) => {
      const removed = await store.remove(ref);
      versions.forget(ref);
      return removed;
    },
  };
}
