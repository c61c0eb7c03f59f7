import { Guest, runFaaslet, type FaasletModule } from '@faasm/faaslet';
import { GUEST_ARGS, GUEST_ENVIRONMENT, hostInterface, linkImports } from '@faasm/host-interface';
import { parentPort, workerData } from 'node:worker_threads';
import type { DoneMessage, RunMessage, ThreadSettings } from './messages.ts';

/** Entry of an executor thread: runs guests, one at a time, and does no I/O. */

interface Linked {
  readonly source: FaasletModule;
  readonly imports: WebAssembly.Imports;
}

const settings = workerData as ThreadSettings;
const linkedModules = new Map<string, Linked>();
let running: Guest | undefined;

const host = hostInterface(currentGuest);

function currentGuest(): Guest {
  if (running === undefined) throw new TypeError('A host function was called while no guest ran');
  return running;
}

function linked({ moduleKey, source, forget }: RunMessage): Linked {
  if (forget !== undefined) linkedModules.delete(forget);
  const known = linkedModules.get(moduleKey);
  if (known !== undefined) return known;
  if (source === undefined) throw new TypeError(`Thread was not given the module ${moduleKey}`);
  const fresh = { source, imports: linkImports(source.module, host, currentGuest) };
  linkedModules.set(moduleKey, fresh);
  return fresh;
}

function run(message: RunMessage): DoneMessage {
  const startedAt = performance.now();
  const { source, imports } = linked(message);
  const guest = new Guest({
    ...settings,
    input: message.input,
    args: GUEST_ARGS,
    environment: GUEST_ENVIRONMENT,
  });
  running = guest;
  const left = runFaaslet(source, guest, imports);
  running = undefined;
  const endedAt = performance.now();
  const enteredAt = guest.enteredAt ?? endedAt;
  return {
    type: 'done',
    requestId: message.requestId,
    left,
    coldMs: enteredAt - startedAt,
    runMs: endedAt - enteredAt,
  };
}

parentPort?.on('message', (message: RunMessage) => {
  const done = run(message);
  parentPort?.postMessage(done, [done.left.output.buffer]);
});
