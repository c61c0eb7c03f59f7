import { assemble, I32, OP, type Code, type TestModule } from '@faasm/faaslet/testing';

/** Indices of the imports of the guests below; those of their own functions follow. */
const HOST = { poll: 0, exit: 1, output: 2 } as const;
const OWN = 3;

const WASI = 'wasi_snapshot_preview1';

/** At address 0 stands a subscription for ever, at 64 one for 2 ms of the monotonic clock. */
function subscriptions(): Uint8Array {
  const view = new DataView(new ArrayBuffer(128));
  for (const [at, timeout] of [
    [0, 2n ** 64n - 1n],
    [64, 2_000_000n],
  ] as const) {
    view.setUint32(at + 16, 1, true);
    view.setBigUint64(at + 24, timeout, true);
  }
  return new Uint8Array(view.buffer);
}

const poll = (subscription: number): Code => [
  ...[subscription, 256, 1, 512].map((value) => OP.i32(value)),
  OP.call(HOST.poll),
  OP.drop,
];
const FOR_EVER = poll(0);
const BRIEFLY = poll(64);
const SPIN: Code = [OP.loop, OP.br(0), OP.end];

/** `loop { try { body } catch_all {} }` */
const swallowing = (body: Code): Code => [OP.loop, OP.try, ...body, OP.catchAll, OP.end, OP.br(0), OP.end];

function guest(body: Code, before: Partial<TestModule> = {}): Uint8Array<ArrayBuffer> {
  return assemble({
    imports: [
      { from: WASI, name: 'poll_oneoff', parameters: [I32, I32, I32, I32], results: [I32] },
      { from: WASI, name: 'proc_exit', parameters: [I32] },
      { from: 'env', name: '__faasm_write_output', parameters: [I32, I32] },
    ],
    memory: { min: 1 },
    data: subscriptions(),
    ...before,
    functions: [{ name: '_start', body }, ...(before.functions ?? [])],
  });
}

/** Guests that only their deadline or a cancellation ends, by where they are then. */
export const ENDLESS: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  'in a host call': guest(FOR_EVER),
  'in one host call after the other': guest([OP.loop, ...BRIEFLY, OP.br(0), OP.end]),
  'in a host call, swallowing what it can': guest(swallowing(FOR_EVER)),
  'in short host calls, swallowing what it can': guest(swallowing(BRIEFLY)),
  'in its start function': guest([], { functions: [{ body: FOR_EVER }], start: OWN + 1 }),
  'in its constructors': guest([], {
    functions: [{ name: '__wasm_call_ctors', body: swallowing(FOR_EVER) }],
  }),
  'in its zygote': guest([], {
    functions: [{ name: '_faasm_zygote', results: [I32], body: [...FOR_EVER, OP.i32(0)] }],
  }),
  'running, after it waited': guest([...BRIEFLY, ...SPIN]),
};

/** Guests that end themselves after they waited. */
export const BRIEF: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  returned: guest(BRIEFLY),
  exited: guest(swallowing([...BRIEFLY, OP.i32(7), OP.call(HOST.exit)])),
  'wrote too much': guest(swallowing([...BRIEFLY, OP.i32(0), OP.i32(60_000), OP.call(HOST.output)])),
  'passed a bad pointer': guest(swallowing([...BRIEFLY, ...poll(65_500)])),
  trapped: guest(swallowing([...BRIEFLY, OP.unreachable])),
};
