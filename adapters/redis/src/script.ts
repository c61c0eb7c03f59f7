import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A Lua script that Redis runs as one step. */
export interface Script {
  readonly source: string;
  readonly sha1: string;
  readonly keys: number;
}

const INCLUDE_PATTERN = /^-- @include (?<name>[a-z]+)$/gm;

/** Reads `lua/NAME-KEYS.lua` with the parts that it includes. The number in the name is the number of its keys. */
function readScript(file: string): Script {
  const source = readLua(`${file}.lua`).replaceAll(INCLUDE_PATTERN, (_, name: string) =>
    readLua(`includes/${name}.lua`),
  );
  return {
    source,
    sha1: createHash('sha1').update(source).digest('hex'),
    keys: Number(file.split('-').at(-1)),
  };
}

function readLua(path: string): string {
  return readFileSync(new URL(`./lua/${path}`, import.meta.url), 'utf8');
}

/** All scripts, read when the adapter is loaded. */
export const SCRIPTS = {
  submit: readScript('submit-7'),
  room: readScript('room-7'),
  take: readScript('take-7'),
  takeOther: readScript('take-other-7'),
  settle: readScript('settle-7'),
  end: readScript('end-7'),
  renew: readScript('renew-1'),
  release: readScript('release-7'),
  takeover: readScript('takeover-1'),
  own: readScript('own-1'),
  forget: readScript('forget-1'),
  status: readScript('status-3'),
  counts: readScript('counts-2'),
  announce: readScript('announce-2'),
  withdraw: readScript('withdraw-2'),
  hosts: readScript('hosts-2'),
  statePush: readScript('state-push-4'),
  stateIncrement: readScript('state-increment-4'),
  stateDelete: readScript('state-delete-4'),
  stateLock: readScript('state-lock-4'),
  stateRenew: readScript('state-renew-4'),
  stateUnlock: readScript('state-unlock-4'),
  stateList: readScript('state-list-1'),
  stateAppended: readScript('state-appended-1'),
} as const satisfies Record<string, Script>;
