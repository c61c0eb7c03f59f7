import { pullState, readStateInto, stateVersion } from './state';

/**
 * Copies the global copy of a value as it was in one version, which is returned; with 0 there is none, and the bytes
 * are zeros. The version is asked for before and after, so that what came in between, from any host, makes it read again.
 * Drops what was written on this host and not pushed.
 */
export function readCurrent(key: string, bytes: ArrayBuffer): i64 {
  while (true) {
    const version = stateVersion(key);
    if (version == 0) {
      memory.fill(changetype<usize>(bytes), 0, bytes.byteLength);
      return 0;
    }
    pullState(key, bytes.byteLength);
    readStateInto(key, bytes);
    if (stateVersion(key) == version) return version;
  }
}
