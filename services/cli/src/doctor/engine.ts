import type { Finding } from './finding.ts';

/** The Node that everything is tested on. */
const NODE_MAJOR_MIN = 26;

/** Whether this Node is the one that the servers need. */
export function nodeVersion(): Finding {
  const fits = Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN;
  const advice = `; Node ${NODE_MAJOR_MIN} is needed: npm ci brings it, npm run faasm uses it`;
  return { check: 'Node', level: fits ? 'ok' : 'fail', detail: `${process.version}${fits ? '' : advice}` };
}

/** `(module (import "m" "f" (func $f (result i32))) (func (export "e") (result i32) call $f))` */
const CALLS_ITS_IMPORT = Buffer.from(
  '0061736d01000000' +
    '0105016000017f' +
    '020701016d01660000' +
    '03020100' +
    '07050101650001' +
    '0a0601040010000b',
  'hex',
);

/** JavaScript Promise Integration, which TypeScript's declarations do not know yet. */
interface PromiseIntegration {
  readonly Suspending: new (imported: () => Promise<number>) => WebAssembly.ImportValue;
  readonly promising: (exported: unknown) => () => Promise<unknown>;
}

/** Suspends a WebAssembly function on a promise and sees whether it comes back with the promise's value. */
export async function promiseIntegration(): Promise<Finding> {
  const check = 'JSPI';
  const answer = 42;
  try {
    const { Suspending, promising } = WebAssembly as unknown as PromiseIntegration;
    const f = new Suspending(async () => await Promise.resolve(answer));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(CALLS_ITS_IMPORT), { m: { f } });
    const received = await promising(exports['e'])();
    if (received === answer) return { check, level: 'ok', detail: 'a suspended function came back' };
    return { check, level: 'fail', detail: `a suspended function came back with ${String(received)}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { check, level: 'fail', detail: `${why}; run it on Node ${NODE_MAJOR_MIN} without V8 flags` };
  }
}
