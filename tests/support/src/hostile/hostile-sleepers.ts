import { I32, OP, type Code } from '@faasm/faaslet/testing';
import {
  DEADLINE,
  drop,
  forEver,
  guest,
  HOST,
  HOST_ENDINGS,
  OWN,
  swallowing,
  swallowingAnew,
  TRAP,
  type HostileGuest,
} from './hostile-guests.ts';

const U64_MAX = 2n ** 64n - 1n;
const SUBSCRIPTION_BYTES = 48;

/** What the guests below can wait for: clocks, by the standard's numbers, and time-outs in nanoseconds. */
const CLOCKS = {
  centuries: { clock: 1, timeout: U64_MAX, absolute: false },
  endOfTime: { clock: 1, timeout: U64_MAX, absolute: true },
  endOfDays: { clock: 0, timeout: U64_MAX, absolute: true },
  past: { clock: 0, timeout: 1n, absolute: true },
  nothing: { clock: 1, timeout: 0n, absolute: false },
  aMoment: { clock: 1, timeout: 1_000n, absolute: false },
  aMillisecond: { clock: 0, timeout: 1_000_000n, absolute: false },
} as const;

/** Where they stand, one behind the other; `HOST_ENDINGS` write over what is before. */
const FIRST = 1_024;

function data(): Uint8Array {
  const view = new DataView(new ArrayBuffer(FIRST + Object.keys(CLOCKS).length * SUBSCRIPTION_BYTES));
  for (const [i, { clock, timeout, absolute }] of Object.values(CLOCKS).entries()) {
    const at = FIRST + i * SUBSCRIPTION_BYTES;
    view.setUint32(at + 16, clock, true);
    view.setBigUint64(at + 24, timeout, true);
    view.setUint16(at + 40, absolute ? 1 : 0, true);
  }
  return new Uint8Array(view.buffer);
}

/** Where 64 KiB of zeros stand: subscriptions to a clock with a time-out of nothing. */
const ZEROS = 1_048_576;
const EVENTS = 2_097_152;
const COUNT = 4_194_304;

function poll(given: { from: number; events?: number; count?: number; written?: number }): Code {
  const { from, events = EVENTS, count = 1, written = COUNT } = given;
  return drop(...[from, events, count, written].map((value) => OP.i32(value)), OP.call(HOST.poll));
}

function sleep(clock: keyof typeof CLOCKS): Code {
  return poll({ from: FIRST + Object.keys(CLOCKS).indexOf(clock) * SUBSCRIPTION_BYTES });
}

/** `if (condition == 0) { body }` */
const unless = (condition: Code, body: Code): Code => [...condition, 0x45, 0x04, 0x40, ...body, OP.end];

const FOR_EVER = sleep('centuries');
const BRIEFLY = sleep('aMillisecond');

function sleeper(name: string, body: Code, given: Parameters<typeof guest>[2] = {}): HostileGuest {
  return guest(name, body, { data: data(), ...given });
}

const LONG: readonly HostileGuest[] = [
  sleeper('sleep', FOR_EVER),
  sleeper('sleep-until-the-end-of-time', sleep('endOfTime')),
  sleeper('sleep-until-the-end-of-days', sleep('endOfDays')),
  sleeper('sleep-swallowed', swallowing(FOR_EVER)),
  sleeper('sleep-swallowed-anew', swallowingAnew(FOR_EVER)),
  sleeper('sleep-then-loop', [...BRIEFLY, ...forEver([])]),
  sleeper('sleep-deep-down', [OP.i32(1_000), OP.call(OWN + 1)], {
    functions: [
      {
        parameters: [I32],
        body: [...unless(OP.localGet(0), FOR_EVER), OP.localGet(0), OP.i32(-1), OP.i32Add, OP.call(OWN + 1)],
      },
    ],
  }),
  sleeper('sleep-in-start', [], { functions: [{ body: FOR_EVER }], start: OWN + 1 }),
  sleeper('sleep-in-constructor', [], {
    functions: [{ name: '__wasm_call_ctors', body: swallowing(FOR_EVER) }],
  }),
  sleeper('sleep-in-zygote', [], {
    functions: [{ name: '_faasm_zygote', results: [I32], body: [...FOR_EVER, OP.i32(0)] }],
  }),
];

const STORMS: readonly HostileGuest[] = [
  sleeper('sleep-storm', forEver(sleep('nothing'))),
  sleeper('sleep-storm-of-moments', forEver(sleep('aMoment'))),
  sleeper('sleep-storm-of-milliseconds', forEver(BRIEFLY)),
  sleeper('sleep-storm-until-the-past', forEver(sleep('past'))),
  sleeper('sleep-storm-of-many', forEver(poll({ from: ZEROS, count: 1_024 }))),
  sleeper('sleep-storm-of-too-many', forEver(poll({ from: ZEROS, count: -1 }))),
  sleeper('sleep-storm-of-nothing', forEver(poll({ from: ZEROS, count: 0 }))),
];

const POINTERS: readonly HostileGuest[] = Object.entries({
  subscriptions: poll({ from: -1 }),
  events: poll({ from: FIRST, events: -32 }),
  count: poll({ from: FIRST, written: -4 }),
}).map(([what, body]) => sleeper(`sleep-bad-${what}`, swallowing(body), { ends: TRAP }));

const SWALLOWED: readonly HostileGuest[] = Object.entries(HOST_ENDINGS).flatMap(([how, { body, ends }]) => [
  sleeper(`sleeps-and-swallows-${how}`, swallowing([...BRIEFLY, ...body]), { ends }),
  sleeper(`sleeps-and-swallows-${how}-anew`, swallowingAnew([...BRIEFLY, ...body]), { ends }),
]);

/** Guests that mean harm by waiting. */
export const HOSTILE_SLEEPERS: readonly HostileGuest[] = [...LONG, ...STORMS, ...POINTERS, ...SWALLOWED];

/** Those that a cancellation ends, among others. */
export const ENDLESS_SLEEPERS: readonly string[] = [...LONG, ...STORMS]
  .filter(({ ends }) => ends === DEADLINE)
  .map(({ name }) => name);
