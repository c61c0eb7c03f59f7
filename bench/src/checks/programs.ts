import { readFile } from 'node:fs/promises';
import type { ModuleUnderTest } from './module-under-test.ts';

/** A program that others wrote: an interpreter, or one that calls a lot. */
export interface Program {
  readonly name: string;
  /** Where its module is. */
  readonly url: string;
  /** Pages of the memory that it imports; 0 when it has its own. */
  readonly importedPages: number;
  /** Gets an instance ready. The returned function runs the work once and returns a checksum of what came out. */
  readonly start: (module: ModuleUnderTest) => () => number;
}

/** The three of them, as packages of npm ship them. */
export const PROGRAMS: readonly Program[] = [
  {
    name: 'quickjs',
    url: import.meta.resolve('quickjs-wasi/quickjs.wasm'),
    importedPages: 0,
    start: startQuickJs,
  },
  {
    name: 'sqlite',
    url: new URL(
      'sqlite-wasm/jswasm/sqlite3.wasm',
      import.meta.resolve('@sqlite.org/sqlite-wasm/package.json'),
    ).href,
    importedPages: 256,
    start: startSqlite,
  },
  {
    name: 'ruby-parser',
    url: import.meta.resolve('@ruby/prism/src/prism.wasm'),
    importedPages: 0,
    start: startRubyParser,
  },
];

/** Reads a program's module. */
export async function programBytes({ url }: Program): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(url)));
}

/** Numbers, calls, objects, arrays, strings. */
const SCRIPT = `
  const fibonacci = (n) => (n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2));
  function work() {
    const words = new Map();
    for (let i = 0; i < 4000; i++) {
      const word = 'w' + ((i * 7919) % 613);
      words.set(word, (words.get(word) ?? 0) + i);
    }
    const sorted = [...words].map(([word, count]) => ({ word, count })).sort((a, b) => b.count - a.count);
    const text = JSON.stringify(sorted.slice(0, 100));
    let hash = fibonacci(24);
    for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) | 0;
    return hash;
  }`;

function startQuickJs(module: ModuleUnderTest): () => number {
  const called = functionsOf(module);
  called('_initialize');
  if (called('qjs_init') !== 0) throw new Error('QuickJS did not start');
  const name = text(module, 'wasm_malloc', 'bench.js');
  const evaluate = (script: number, length: number): number => {
    const result = called('qjs_eval', script, length, name, 0);
    if (called('qjs_is_exception', result) !== 0) throw new Error('The script threw');
    const value = called('qjs_get_float64', result);
    called('qjs_free_value', result);
    return value;
  };
  evaluate(text(module, 'wasm_malloc', SCRIPT), SCRIPT.length);
  const work = text(module, 'wasm_malloc', 'work()');
  return () => evaluate(work, 'work()'.length);
}

const SCHEMA = `
  CREATE TABLE item (id INTEGER PRIMARY KEY, kind INTEGER, name TEXT, price REAL);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)
    INSERT INTO item SELECT i, i * 7919 % 101, 'item ' || (i * 31 % 977), i * 0.25 FROM n;
  CREATE INDEX item_kind ON item (kind);`;

const QUERY = `
  SELECT sum(length(name) * kind + total) FROM (
    SELECT a.kind AS kind, a.name AS name, count(*) + CAST(sum(b.price) AS INTEGER) % 1000 AS total
    FROM item a JOIN item b ON b.kind = (a.kind + 1) % 101
    WHERE a.id % 40 = 3 GROUP BY a.kind, a.name ORDER BY total DESC)`;

const SQLITE_ROW = 100;

function startSqlite(module: ModuleUnderTest): () => number {
  const called = functionsOf(module);
  called('__wasm_call_ctors');
  const pointer = called('sqlite3_malloc', 4);
  const read = (): number => new DataView(module.memory.buffer).getInt32(pointer, true);
  const opened = called('sqlite3_open', text(module, 'sqlite3_malloc', ':memory:'), pointer);
  const database = read();
  const filled = called('sqlite3_exec', database, text(module, 'sqlite3_malloc', SCHEMA), 0, 0, 0);
  const prepared = called(
    'sqlite3_prepare_v2',
    database,
    text(module, 'sqlite3_malloc', QUERY),
    -1,
    pointer,
    0,
  );
  if (opened + filled + prepared !== 0) throw new Error(`SQLite answered ${opened}, ${filled}, ${prepared}`);
  const statement = read();
  return () => {
    const step = called('sqlite3_step', statement);
    if (step !== SQLITE_ROW) throw new Error(`SQLite answered ${step}`);
    const result = called('sqlite3_column_int', statement, 0);
    called('sqlite3_reset', statement);
    return result;
  };
}

/** A class for each number, with what Ruby programs are made of. */
const RUBY = Array.from(
  { length: 120 },
  (_, i) => `
class Account${i} < Base
  attr_reader :owner, :balance
  LIMITS = { daily: ${i}_000, weekly: 5 * ${i} + 3 }.freeze

  def initialize(owner, balance = 0, *rest, currency: "EUR", **options)
    @owner, @balance = owner, balance
    @history = rest.map { |entry| [entry.to_s.strip, entry.size > ${i} ? :large : :small] }
    raise ArgumentError, "no owner: #{owner.inspect} of #{options[:bank] || 'none'}" unless owner
  end

  def withdraw(amount)
    return false if amount <= 0 || (amount > @balance && !overdraft?)
    @balance -= amount * (1 + fee / 100.0) ** 2
    case [amount, owner]
    in [Integer => whole, String] if whole.even? then log("even", whole)
    in [Float, nil] | [nil, _] then nil
    else @history << [amount, Time.now.to_i % 86_400]
    end
    yield self, amount if block_given?
  rescue ZeroDivisionError, TypeError => error
    warn "#{self.class}: #{error.message}" and retry
  ensure
    @history.select { _1.last == :large }.each_with_index { |(name, kind), at| puts name, kind, at }
  end
end
`,
).join('');

function startRubyParser(module: ModuleUnderTest): () => number {
  const called = functionsOf(module);
  called('_initialize');
  const source = text(module, 'malloc', RUBY);
  const options = text(module, 'malloc', '\0'.repeat(64));
  const buffer = called('calloc', called('pm_buffer_sizeof'), 1);
  return () => {
    called('pm_buffer_init', buffer);
    called('pm_serialize_parse', buffer, source, RUBY.length, options);
    const [start, length] = [called('pm_buffer_value', buffer), called('pm_buffer_length', buffer)];
    const sum = new Uint8Array(module.memory.buffer, start, length).reduce(
      (so, byte) => (so * 31 + byte) | 0,
      7,
    );
    called('pm_buffer_free', buffer);
    return sum;
  };
}

/** Calls by name, each looked up once. */
function functionsOf(module: ModuleUnderTest): (name: string, ...values: number[]) => number {
  const known = new Map<string, ReturnType<ModuleUnderTest['function']>>();
  return (name, ...values) => {
    const found = known.get(name) ?? module.function(name);
    known.set(name, found);
    return found(...values);
  };
}

/** Copies a text, which ends with a NUL, into memory that the function called `allocator` gives. */
function text(module: ModuleUnderTest, allocator: string, value: string): number {
  const bytes = Buffer.from(`${value}\0`);
  const pointer = module.function(allocator)(bytes.length);
  new Uint8Array(module.memory.buffer).set(bytes, pointer);
  return pointer;
}
