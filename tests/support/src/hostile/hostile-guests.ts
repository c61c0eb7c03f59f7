import { I32, I64, OP, type Code, type TestModule } from '@faasm/faaslet/testing';

/** A guest that means harm, and how its call ends. */
export interface HostileGuest {
  readonly name: string;
  readonly module: TestModule;
  readonly ends: { readonly status: number; readonly code: string };
}

/** How calls end. */
export const DEADLINE = { status: 504, code: 'call.deadline' };
/** As above. */
export const TRAP = { status: 500, code: 'guest.trap' };
const OUTPUT_LIMIT = { status: 500, code: 'guest.output_limit' };
const EXIT = { status: 500, code: 'guest.exit' };

/** Imports of every hostile guest, by index. */
export const HOST = {
  exit: 0,
  clock: 1,
  random: 2,
  write: 3,
  yield: 4,
  close: 5,
  output: 6,
  poll: 7,
} as const;
const WASI = 'wasi_snapshot_preview1';
const IMPORTS: NonNullable<TestModule['imports']> = [
  { from: WASI, name: 'proc_exit', parameters: [I32] },
  { from: WASI, name: 'clock_time_get', parameters: [I32, I64, I32], results: [I32] },
  { from: WASI, name: 'random_get', parameters: [I32, I32], results: [I32] },
  { from: WASI, name: 'fd_write', parameters: [I32, I32, I32, I32], results: [I32] },
  { from: WASI, name: 'sched_yield', results: [I32] },
  { from: WASI, name: 'fd_close', parameters: [I32], results: [I32] },
  { from: 'env', name: '__faasm_write_output', parameters: [I32, I32] },
  { from: WASI, name: 'poll_oneoff', parameters: [I32, I32, I32, I32], results: [I32] },
];

/** Index of the first own function; the types have the same indices. */
export const OWN = IMPORTS.length;

const PAGES = 512;
const MEMORY_BYTES = PAGES * 65_536;

/** Instructions that the assembler of the tests has no names for. */
const RETURN_CALL = (index: number): Code => [0x12, index];
const RETURN_CALL_INDIRECT = (type: number): Code => [0x13, type, 0];
const TABLE_FILL = [0xfc, 17, 0];
const CATCH_ALL = OP.catchAll;
const EMPTY = 0x40;

/** `loop { body }` */
export const forEver = (body: Code): Code => [OP.loop, ...body, OP.br(0), OP.end];
const repeat = (count: number, code: Code): Code => Array.from({ length: count }, () => code.flat()).flat();
/** Code that leaves a number, without it. */
export const drop = (...code: Code): Code => [...code, OP.drop];

/** `loop { try { body } catch_all {} }` */
export const swallowing = (body: Code): Code => [
  OP.loop,
  OP.try,
  ...body,
  CATCH_ALL,
  OP.end,
  OP.br(0),
  OP.end,
];

/** The same with the newer instructions: `loop { block { try_table (catch_all 0) { body } } }` */
export const swallowingAnew = (body: Code): Code => [
  OP.loop,
  0x02,
  EMPTY,
  0x1f,
  EMPTY,
  1,
  2,
  0,
  ...body,
  OP.end,
  OP.end,
  OP.br(0),
  OP.end,
];

/** A guest with the imports above and 32 MiB of memory that only its deadline ends, unless it is told otherwise. */
export function guest(
  name: string,
  body: Code,
  { ends = DEADLINE, functions = [], ...module }: Partial<TestModule & HostileGuest> = {},
): HostileGuest {
  const all = [{ name: '_start', body }, ...functions];
  return {
    name,
    module: { imports: IMPORTS, memory: { min: PAGES, max: PAGES }, ...module, functions: all },
    ends,
  };
}

const LOOPS: readonly HostileGuest[] = [
  guest('loop', forEver([])),
  guest('loop-nested', forEver(forEver(forEver([])))),
  guest('loop-unrolled', forEver(repeat(5_000, drop(OP.i32(1))))),
  guest('loop-br-table', [OP.loop, 0x02, EMPTY, OP.i32(1), 0x0e, 1, 0, 1, OP.end, OP.br(0), OP.end]),
  guest('loop-with-parameter', [
    OP.i32(0),
    0x03,
    HOST.close,
    OP.i32(1),
    OP.i32Add,
    OP.br(0),
    OP.end,
    OP.drop,
  ]),
  guest('loop-in-try', [OP.try, ...forEver([]), CATCH_ALL, ...forEver([]), OP.end]),
];

const RECURSIONS: readonly HostileGuest[] = [
  guest('recursion', [OP.call(OWN + 1), OP.drop], {
    functions: [{ results: [I32], body: [OP.call(OWN + 1), OP.i32(1), OP.i32Add] }],
    ends: TRAP,
  }),
  guest('recursion-mutual', [OP.call(OWN + 1), OP.drop], {
    functions: [
      { results: [I32], body: [OP.call(OWN + 2), OP.i32(1), OP.i32Add] },
      { results: [I32], body: [OP.call(OWN + 1), OP.i32(1), OP.i32Add] },
    ],
    ends: TRAP,
  }),
  guest('recursion-indirect', [OP.call(OWN + 1), OP.drop], {
    functions: [{ results: [I32], body: [OP.i32(0), OP.callIndirect(OWN + 1), OP.i32(1), OP.i32Add] }],
    table: [OWN + 1],
    ends: TRAP,
  }),
  guest('recursion-swallowed', swallowing([OP.call(OWN + 1), OP.drop]), {
    functions: [{ results: [I32], body: [OP.call(OWN + 1), OP.i32(1), OP.i32Add] }],
    ends: TRAP,
  }),
  guest('tail-call', [OP.call(OWN + 1)], { functions: [{ body: RETURN_CALL(OWN + 1) }] }),
  guest('tail-call-mutual', [OP.call(OWN + 1)], {
    functions: [{ body: RETURN_CALL(OWN + 2) }, { body: RETURN_CALL(OWN + 1) }],
  }),
  guest('tail-call-indirect', [OP.call(OWN + 1)], {
    functions: [{ body: [OP.i32(0), ...RETURN_CALL_INDIRECT(OWN + 1)] }],
    table: [OWN + 1],
  }),
  guest('calls-that-double', [OP.call(OWN + 1)], {
    functions: Array.from({ length: 60 }, (_, i) => ({
      body: i === 59 ? [] : [OP.call(OWN + 2 + i), OP.call(OWN + 2 + i)],
    })),
  }),
];

const BULK: readonly HostileGuest[] = [
  guest('fill', forEver([OP.i32(0), OP.i32(1), OP.i32(MEMORY_BYTES), OP.memoryFill])),
  guest('copy', forEver([OP.i32(1), OP.i32(0), OP.i32(MEMORY_BYTES - 1), OP.memoryCopy])),
  guest('grow', forEver([...drop(OP.i32(1), OP.memoryGrow), ...drop(OP.i32(-1), OP.memoryGrow)]), {
    memory: { min: 1 },
  }),
  guest(
    'grow-and-touch',
    forEver([...drop(OP.i32(1), OP.memoryGrow), OP.i32(0), OP.i32(1), ...size(), OP.memoryFill]),
    {
      memory: { min: 1 },
    },
  ),
  guest('table-grow', forEver(drop(OP.refNull, OP.i32(1_000), OP.tableGrow)), { table: [] }),
  guest(
    'table-fill',
    [
      ...drop(OP.refNull, OP.i32(10_000_000), OP.tableGrow),
      ...forEver([OP.i32(0), OP.refNull, OP.tableSize, TABLE_FILL]),
    ],
    { table: [] },
  ),
];

/** `memory.size` in bytes. */
function size(): Code {
  return [OP.memorySize, OP.i32(16), 0x74];
}

/** One buffer of 64 KiB at address 65,536, described at address 0. */
const IOVEC: Code = [OP.i32(0), OP.i32(65_536), OP.i32Store, OP.i32(4), OP.i32(65_536), OP.i32Store];
const WRITE = drop(OP.i32(1), OP.i32(0), OP.i32(1), OP.i32(16), OP.call(HOST.write));

const HOST_CALLS: readonly HostileGuest[] = [
  guest('clock-storm', forEver(drop(OP.i32(1), OP.i64(0), OP.i32(8), OP.call(HOST.clock)))),
  guest('random-storm', forEver(drop(OP.i32(0), OP.i32(1_048_576), OP.call(HOST.random)))),
  guest('random-of-everything', forEver(drop(OP.i32(0), OP.i32(MEMORY_BYTES), OP.call(HOST.random)))),
  guest('yield-storm', forEver(drop(OP.call(HOST.yield)))),
  guest('stdout-storm', [...IOVEC, ...forEver(WRITE)]),
  guest('stdout-of-a-gigabyte', [...IOVEC, ...times(16_384, WRITE)], { ends: OUTPUT_LIMIT }),
  guest('stdout-of-bytes', [OP.i32(4), OP.i32(1), OP.i32Store, ...forEver(WRITE)]),
  guest('buffers-storm', forEver(drop(OP.i32(1), OP.i32(0), OP.i32(-1), OP.i32(16), OP.call(HOST.write)))),
  guest('descriptor-storm', [
    OP.i32(0),
    0x03,
    HOST.close,
    OP.i32(1),
    OP.i32Add,
    OP.i32(0),
    OP.i32Load,
    OP.call(HOST.close),
    OP.i32Add,
    OP.br(0),
    OP.end,
    OP.drop,
  ]),
];

/** A loop that counts down at address 32. */
function times(count: number, body: Code): Code {
  const left: Code = [OP.i32(32), OP.i32Load];
  const countDown: Code = [OP.i32(32), ...left, OP.i32(-1), OP.i32Add, OP.i32Store];
  return [OP.i32(32), OP.i32(count), OP.i32Store, OP.loop, ...body, ...countDown, ...left, 0x0d, 0, OP.end];
}

/** Ways in which a host call or a trap ends a guest. */
export const HOST_ENDINGS: Readonly<Record<string, { body: Code; ends: HostileGuest['ends'] }>> = {
  exit: { body: [OP.i32(3), OP.call(HOST.exit)], ends: EXIT },
  pointer: { body: drop(OP.i32(-1), OP.i32(100), OP.call(HOST.random)), ends: TRAP },
  'output-limit': { body: [OP.i32(0), OP.i32(7_000_000), OP.call(HOST.output)], ends: OUTPUT_LIMIT },
  unreachable: { body: [OP.unreachable], ends: TRAP },
  deadline: { body: drop(OP.call(HOST.yield)), ends: DEADLINE },
};

const SWALLOWED: readonly HostileGuest[] = Object.entries(HOST_ENDINGS).flatMap(([how, { body, ends }]) => [
  guest(`swallows-${how}`, swallowing(body), { ends }),
  guest(`swallows-${how}-anew`, swallowingAnew(body), { ends }),
]);

const INITIALIZERS: readonly HostileGuest[] = [
  guest('constructor-loop', [], { functions: [{ name: '__wasm_call_ctors', body: forEver([]) }] }),
  guest('constructor-trap', [], {
    functions: [{ name: '__wasm_call_ctors', body: [OP.unreachable] }],
    ends: TRAP,
  }),
  guest('start-loop', [], { functions: [{ body: forEver([]) }], start: OWN + 1 }),
  guest('zygote-loop', [], {
    functions: [{ name: '_faasm_zygote', results: [I32], body: [...forEver([]), OP.i32(0)] }],
  }),
  guest('zygote-trap', [], {
    functions: [{ name: '_faasm_zygote', results: [I32], body: [OP.unreachable] }],
    ends: TRAP,
  }),
  guest('zygote-swallows', [], {
    functions: [
      {
        name: '_faasm_zygote',
        results: [I32],
        body: [...swallowing([OP.i32(3), OP.call(HOST.exit)]), OP.i32(0)],
      },
    ],
    ends: EXIT,
  }),
];

/** All of them; what they have in common is that they must not be noticed by anybody else. */
export const HOSTILE_GUESTS: readonly HostileGuest[] = [
  ...LOOPS,
  ...RECURSIONS,
  ...BULK,
  ...HOST_CALLS,
  ...SWALLOWED,
  ...INITIALIZERS,
];
