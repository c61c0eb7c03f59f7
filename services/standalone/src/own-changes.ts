import type { CurrentVersions, FunctionStore, SnapshotStore } from '@faasm/functions';

/** What has to know of changes. */
export interface OwnChangesOptions {
  readonly versions: Pick<CurrentVersions, 'forget'>;
  /** Snapshots are removed with their function. */
  readonly snapshots: Pick<SnapshotStore, 'remove'> | undefined;
}

/** The store of a process that also runs functions: what it changes is seen by its next call, not a moment later. */
export function withOwnChangesSeen(
  store: FunctionStore,
  { versions, snapshots }: OwnChangesOptions,
): FunctionStore {
  return {
    stage: async (body, maxBytes) => await store.stage(body, maxBytes),
    current: async (ref) => await store.current(ref),
    describe: async (ref) => await store.describe(ref),
    read: async (ref, digest) => await store.read(ref, digest),
    readFiles: async (ref, digest) => await store.readFiles(ref, digest),
    readObject: async (ref, object) => await store.readObject(ref, object),
    list: async (user) => await store.list(user),
    ping: async () => await store.ping(),
    publish: async (ref, publication) => {
      const record = await store.publish(ref, publication);
      versions.forget(ref);
      return record;
    },
    setCurrent: async (ref, digest) => {
      const record = await store.setCurrent(ref, digest);
      versions.forget(ref);
      return record;
    },
    setSettings: async (ref, settings) => {
      await store.setSettings(ref, settings);
      versions.forget(ref);
    },
    remove: async (ref) => {
      const removed = await store.remove(ref);
      versions.forget(ref);
      await snapshots?.remove(ref);
      return removed;
    },
  };
}
