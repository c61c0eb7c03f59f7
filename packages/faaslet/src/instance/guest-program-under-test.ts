import * as fc from 'fast-check';
import { assemble, FUNCREF, I32, I64, OP, V128, type Code } from '../testing/index.ts';

/** A generated guest. It imports `env.note (i32)`, and calls it with what it sees. */
export interface GuestProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Shown when a test fails. */
  readonly text: string;
}

const PAGE_BYTES = 65_536;

/** Largest memory of a program, in pages; an own limit, so that it is the same with and without a host. */
export const PAGES_MAX = 6;

/** Indices in the programs below. */
const NOTE = 0;
const HELPERS = [1, 2];
const COUNTER = 0;
const VECTOR = 1;
const REFERENCE = 2;
const PASSIVE_SEGMENT = 1;
const NOP = 0x01;

interface Statement {
  readonly text: string;
  readonly code: Code;
}

const note = (value: Code): Code => [...value.flat(), OP.call(NOTE)].flat();

const OBSERVATIONS: readonly Statement[] = [
  { text: 'note memory.size', code: note([OP.memorySize]) },
  { text: 'note counter', code: note([OP.globalGet(COUNTER)]) },
  { text: 'note table.size', code: note([OP.tableSize]) },
  {
    text: 'note vector',
    code: [OP.i32(64), OP.globalGet(VECTOR), OP.v128Store, ...note([OP.i32(68), OP.i32Load])],
  },
];

/** Addresses: mostly inside the first page, sometimes about the ends of pages that may not be there. */
const address = fc.oneof(
  { weight: 8, arbitrary: fc.nat(60_000) },
  { weight: 1, arbitrary: fc.constantFrom(PAGE_BYTES - 4, PAGE_BYTES, 3 * PAGE_BYTES - 2, 5 * PAGE_BYTES) },
  { weight: 1, arbitrary: fc.constantFrom(PAGES_MAX * PAGE_BYTES, 2_000_000_000, -1) },
);
const length = fc.oneof({ weight: 6, arbitrary: fc.nat(5_000) }, { weight: 1, arbitrary: fc.nat(140_000) });
/** A length, as a constant right before the operation or as something that is only known when it runs. */
const lengthOperand = fc.tuple(length, fc.boolean()).map(([bytes, constant]) => ({
  text: `${bytes} (${constant ? 'constant' : 'computed'})`,
  code: [OP.i32(bytes), ...(constant ? [] : [NOP])],
}));
const value = fc.integer();

const STATEMENTS: Readonly<Record<string, fc.Arbitrary<Statement>>> = {
  store: fc.tuple(address, value).map(([at, stored]) => ({
    text: `store ${stored} at ${at}`,
    code: [OP.i32(at), OP.i32(stored), OP.i32Store],
  })),
  load: address.map((at) => ({ text: `note load ${at}`, code: note([OP.i32(at), OP.i32Load]) })),
  grow: fc
    .nat(3)
    .map((pages) => ({ text: `note grow ${pages}`, code: note([OP.i32(pages), OP.memoryGrow]) })),
  fill: fc.tuple(address, value, lengthOperand).map(([at, byte, bytes]) => ({
    text: `fill ${bytes.text} at ${at} with ${byte}`,
    code: [OP.i32(at), OP.i32(byte), ...bytes.code, OP.memoryFill],
  })),
  copy: fc.tuple(address, address, lengthOperand).map(([to, from, bytes]) => ({
    text: `copy ${bytes.text} from ${from} to ${to}`,
    code: [OP.i32(to), OP.i32(from), ...bytes.code, OP.memoryCopy],
  })),
  init: fc.tuple(address, fc.nat(9), fc.nat(9), fc.nat(1)).map(([to, from, size, segment]) => ({
    text: `init ${size} from ${from} of segment ${segment} at ${to}`,
    code: [OP.i32(to), OP.i32(from), OP.i32(size), OP.memoryInit(segment)],
  })),
  drop: fc.constant({ text: 'drop the passive segment', code: [OP.dataDrop(PASSIVE_SEGMENT)] }),
  count: fc.constant({
    text: 'count',
    code: [OP.globalGet(COUNTER), OP.i32(1), OP.i32Add, OP.globalSet(COUNTER)],
  }),
  vector: fc.nat(255).map((byte) => ({
    text: `vector of ${byte}`,
    code: [OP.v128(byte), OP.globalSet(VECTOR)],
  })),
  observe: fc.constantFrom(...OBSERVATIONS),
  indirect: fc.nat(3).map((entry) => ({
    text: `note call of entry ${entry}`,
    code: note([OP.i32(entry), OP.callIndirect(1)]),
  })),
};

const TABLE_STATEMENTS: Readonly<Record<string, fc.Arbitrary<Statement>>> = {
  set: fc.tuple(fc.nat(4), fc.nat(2)).map(([entry, choice]) => ({
    text: `entry ${entry} is ${choice}`,
    code: [OP.i32(entry), reference(choice), OP.tableSet],
  })),
  grow: fc.tuple(fc.nat(2), fc.nat(2)).map(([by, choice]) => ({
    text: `note grow of the table by ${by} of ${choice}`,
    code: note([reference(choice), OP.i32(by), OP.tableGrow]),
  })),
  remember: fc.nat(2).map((choice) => ({
    text: `remember ${choice}`,
    code: [reference(choice), OP.globalSet(REFERENCE)],
  })),
  recall: fc.nat(2).map((entry) => ({
    text: `entry ${entry} is what is remembered`,
    code: [OP.i32(entry), OP.globalGet(REFERENCE), OP.tableSet],
  })),
};

/** Null, or one of the helpers. */
function reference(choice: number): readonly number[] {
  const helper = HELPERS[choice];
  return helper === undefined ? OP.refNull : OP.refFunc(helper);
}

/** Programs with a zygote and an entry; with `tables`, such that change tables too, so that instances are replaced. */
export function guestPrograms({ tables }: { tables: boolean }): fc.Arbitrary<GuestProgram> {
  const kinds = { ...STATEMENTS, ...(tables ? prefixed(TABLE_STATEMENTS) : {}) };
  const statements = fc.array(fc.oneof(...Object.values(kinds)), { maxLength: 12 });
  return fc
    .record({ zygote: statements, entry: statements, pages: fc.integer({ min: 1, max: 3 }) })
    .map(({ zygote, entry, pages }) => {
      const observed = [...OBSERVATIONS, ...entry, ...OBSERVATIONS];
      const text = [`pages ${pages}`, 'zygote:', ...lines(zygote), 'entry:', ...lines(entry)].join('\n');
      const bytes = assemble({
        imports: [{ from: 'env', name: 'note', parameters: [I32] }],
        memory: { min: pages, max: PAGES_MAX },
        globals: [
          { type: I32, initial: [OP.i32(5)] },
          { type: V128, initial: [OP.v128(3)] },
          { type: FUNCREF, initial: [OP.refNull] },
          { type: I64, initial: [OP.i64(-7)] },
        ],
        table: [1, 2, 1],
        functions: [
          { results: [I32], body: [OP.globalGet(COUNTER)] },
          { results: [I32], body: [OP.i32(22)] },
          { name: '_start', body: code(observed) },
          { name: '_faasm_zygote', results: [I32], body: [...code(zygote), OP.i32(0)] },
        ],
        data: Uint8Array.of(1, 2, 3, 4),
        passiveData: Uint8Array.of(9, 8, 7, 6, 5, 4, 3, 2),
      });
      return { bytes, text };
    });
}

function code(statements: readonly Statement[]): Code {
  return statements.flatMap((statement) => [...statement.code]);
}

function lines(statements: readonly Statement[]): string[] {
  return statements.map(({ text }) => `  ${text}`);
}

function prefixed<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, entry]) => [`table ${key}`, entry]));
}
