import { assemble, I32, OP, type Code } from '../testing/index.ts';

/** What a label takes: nothing, one i32, or a function. */
type LabelType = 'void' | 'i32' | 'function';

/** Imports of the programs below: `env.note (i32)` and `env.fail ()`, which throws. */
const [NOTE, FAIL] = [0, 1];

/** Own functions: their indices, and the type index of each is the same. */
const [RECURSIVE, THROUGH_TABLE] = [3, 4];

/** The type `(i32) -> i32`, which loops with a parameter have too. */
const I32_TO_I32 = RECURSIVE;

/** Globals: what is left to burn, and what quiet programs tell at their end. */
const [FUEL, TOLD] = [0, 1];
const DEPTH_MAX = 5;

/**
 * Writes a guest full of branches out of a tape of choices: nested blocks and loops, loops with parameters, branch tables,
 * branches on references, exceptions old or new, recursion, tail calls. Every loop and call burns fuel, so that it ends.
 * Quiet ones call nothing, and tell what they did at their end.
 */
export function controlProgram(tape: Uint8Array): Uint8Array<ArrayBuffer> {
  const writer = new ControlWriter(tape);
  const fuel = 40 + writer.choose(200);
  return assemble({
    imports: [
      { from: 'env', name: 'note', parameters: [I32] },
      { from: 'env', name: 'fail' },
    ],
    memory: { min: 1 },
    globals: [
      { type: I32, initial: [OP.i32(fuel)] },
      { type: I32, initial: [OP.i32(7)] },
    ],
    table: [RECURSIVE, THROUGH_TABLE],
    functions: [
      { name: '_start', body: [...writer.statements([]), OP.globalGet(TOLD), OP.call(NOTE)] },
      { parameters: [I32], results: [I32], body: writer.function() },
      { parameters: [I32], results: [I32], body: writer.function() },
    ],
  });
}

class ControlWriter {
  readonly #tape: Uint8Array;
  readonly #legacy: boolean;
  readonly #quiet: boolean;
  #at = 0;
  #notes = 0;

  constructor(tape: Uint8Array) {
    this.#tape = tape;
    this.#legacy = this.choose(2) === 0;
    this.#quiet = this.choose(2) === 0;
  }

  /** A number below `options`; 0 when the tape is used up. */
  choose(options: number): number {
    this.#at += 1;
    return (this.#tape[this.#at - 1] ?? 0) % options;
  }

  /** Body of a function `(i32) -> i32`. */
  function(): Code {
    return [...this.#burn(), ...this.statements([]), ...this.#tailCall(), OP.localGet(0)];
  }

  /** Taken on some ways only; directly, through the table, or through a reference. */
  #tailCall(): Code {
    const callee = this.choose(2) === 0 ? RECURSIVE : THROUGH_TABLE;
    const calls: readonly Code[] = [
      [0x12, callee],
      [OP.i32(callee - RECURSIVE), 0x13, I32_TO_I32, 0],
      // Of the callee's own type, which is the same as the other's.
      [OP.refFunc(callee), 0x15, callee],
    ];
    const call = calls[this.choose(calls.length + 1)];
    if (call === undefined) return [];
    return [OP.globalGet(FUEL), OP.i32(3), 0x71, 0x04, 0x40, OP.i32(this.choose(9)), ...call, OP.end];
  }

  /** Instructions that leave nothing; `labels` are the blocks around them, the innermost first. */
  statements(labels: readonly LabelType[]): Code {
    const count = labels.length > DEPTH_MAX ? 1 : 1 + this.choose(4);
    return Array.from({ length: count }, () => this.#statement(labels)).flat();
  }

  #statement(labels: readonly LabelType[]): Code {
    const nested: (() => Code)[] = [
      () => [0x02, 0x40, ...this.statements(['void', ...labels]), OP.end],
      () => [0x03, 0x40, ...this.#burn(), ...this.statements(['void', ...labels]), OP.end],
      () => this.#parameterLoop(labels),
      () => this.#functionBlock(labels),
      () => [
        OP.globalGet(FUEL),
        OP.i32(1),
        0x71,
        0x04,
        0x40,
        ...this.statements(['void', ...labels]),
        OP.end,
      ],
      () => (this.#legacy ? this.#try(labels) : this.#tryTable(labels)),
    ];
    const flat: (() => Code)[] = [
      () => this.#note(),
      () => this.#branch(labels),
      () => this.#branchTable(labels),
      () => this.#branchOnReference(labels),
      ...(this.#quiet ? [] : this.#calls()),
    ];
    const choices = labels.length > DEPTH_MAX ? flat : [...flat, ...nested, ...nested];
    return choices[this.choose(choices.length)]?.() ?? [];
  }

  #calls(): (() => Code)[] {
    return [
      () => [OP.i32(this.choose(9)), OP.call(this.choose(2) === 0 ? RECURSIVE : THROUGH_TABLE), OP.drop],
      () => [OP.i32(this.choose(9)), OP.i32(this.choose(2)), OP.callIndirect(I32_TO_I32), OP.drop],
      () => [OP.globalGet(FUEL), OP.i32(7), 0x71, 0x45, 0x04, 0x40, OP.call(FAIL), OP.end],
    ];
  }

  #note(): Code {
    this.#notes += 1;
    return [OP.i32(this.#notes), ...this.#tell()];
  }

  /** Tells an i32. */
  #tell(): Code {
    const multiply = [OP.globalGet(TOLD), OP.i32(31), 0x6c];
    return this.#quiet ? [...multiply, OP.i32Add, OP.globalSet(TOLD)] : [OP.call(NOTE)];
  }

  /** Ends the program with a trap when there is no fuel left. */
  #burn(): Code {
    const take = [OP.globalGet(FUEL), OP.i32(-1), OP.i32Add, OP.globalSet(FUEL)];
    return [...take, OP.globalGet(FUEL), 0x45, 0x04, 0x40, OP.unreachable, OP.end];
  }

  /** The parameter is dropped in the body, and a result left. */
  #parameterLoop(labels: readonly LabelType[]): Code {
    const body = [
      ...this.#burn(),
      ...this.#tell(),
      ...this.statements(['i32', ...labels]),
      OP.i32(this.choose(50)),
    ];
    return [OP.i32(this.choose(50)), 0x03, I32_TO_I32, ...body, OP.end, ...this.#tell()];
  }

  #branch(labels: readonly LabelType[]): Code {
    if (labels.length === 0) return this.#note();
    const label = this.choose(labels.length);
    const condition = [OP.globalGet(FUEL), OP.i32(1 << this.choose(3)), 0x71];
    if (labels[label] === 'function') return this.#note();
    if (labels[label] === 'void') return [...condition, 0x0d, label];
    return [OP.i32(this.choose(50)), ...condition, 0x0d, label, OP.drop];
  }

  /** A block that leaves a function. */
  #functionBlock(labels: readonly LabelType[]): Code {
    const body = this.statements(['function', ...labels]);
    return [0x02, 0x64, 0x70, ...body, OP.refFunc(RECURSIVE), OP.end, OP.drop];
  }

  /** `br_on_null`, or to a label that takes a function `br_on_non_null`; the reference is null on some ways only. */
  #branchOnReference(labels: readonly LabelType[]): Code {
    const label = this.choose(labels.length + 1);
    const type = labels[label];
    if (type === undefined || type === 'i32') return this.#note();
    const condition = [OP.globalGet(FUEL), OP.i32(1 << this.choose(3)), 0x71];
    const reference = [OP.refNull, OP.refFunc(THROUGH_TABLE), ...condition, 0x1c, 1, 0x70];
    return type === 'void' ? [...reference, 0xd5, label, OP.drop] : [...reference, 0xd6, label];
  }

  /** All of its labels take the same. */
  #branchTable(labels: readonly LabelType[]): Code {
    const type = labels[this.choose(labels.length + 1)];
    if (type === 'function') return this.#note();
    const fitting = labels.flatMap((label, depth) => (label === type ? [depth] : []));
    if (type === undefined || fitting.length === 0) return this.#note();
    const targets = Array.from(
      { length: 1 + this.choose(4) },
      () => fitting[this.choose(fitting.length)] ?? 0,
    );
    const [last = 0, ...others] = targets;
    const operand = type === 'i32' ? [OP.i32(this.choose(50))] : [];
    const table = [...operand, OP.globalGet(FUEL), OP.i32(3), 0x71, 0x0e, others.length, ...others, last];
    // Taken on some ways only, so that what follows it is reached too.
    return [OP.globalGet(FUEL), OP.i32(2), 0x71, 0x04, 0x40, ...deeper(table, others.length), OP.end];
  }

  #try(labels: readonly LabelType[]): Code {
    const inner = ['void' as const, ...labels];
    const body = this.statements(inner);
    const kind = this.choose(3);
    if (kind === 0) return [0x06, 0x40, ...body, 0x18, this.choose(labels.length + 1)];
    const rethrow = kind === 1 ? [OP.globalGet(FUEL), OP.i32(1), 0x71, 0x04, 0x40, 0x09, 1, OP.end] : [];
    return [0x06, 0x40, ...body, 0x19, ...this.#note(), ...rethrow, ...this.statements(inner), OP.end];
  }

  /** With `catch_all` to a block around it. */
  #tryTable(labels: readonly LabelType[]): Code {
    const targets = ['void' as const, ...labels].flatMap((type, depth) => (type === 'void' ? [depth] : []));
    const target = targets[this.choose(targets.length)] ?? 0;
    const body = this.statements(['void', 'void', ...labels]);
    return [0x02, 0x40, 0x1f, 0x40, 1, 2, target, ...body, OP.end, OP.end];
  }
}

/** The labels at the end of a branch table, seen from one block further in. */
function deeper(table: Code, others: number): Code {
  const labels = others + 1;
  return [...table.slice(0, -labels), ...table.slice(-labels).map((label) => Number(label) + 1)];
}
