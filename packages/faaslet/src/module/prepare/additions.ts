import type { ModuleShape } from '../module-shape.ts';
import { CODE, type Code } from './code-builder.ts';

/** Positions, behind those of the module, of the types that preparation adds. */
export const ADDED_TYPE = { hostFunction: 0, range: 1, action: 2, accessor: 3 } as const;

/** A function that preparation adds. Its body is made at the end, when everything that it refers to is known. */
export interface AddedFunction {
  readonly type: number;
  readonly body: () => Uint8Array;
}

/** Hands out indices behind those of the module, so that no index of the module shifts. In order of demand: deterministic. */
export class Additions {
  readonly functions: AddedFunction[] = [];
  /** Added i32 globals that begin with these values. */
  readonly globals: number[] = [];
  readonly #shape: ModuleShape;
  readonly #functionIndices = new Map<string, number>();
  readonly #flags = new Map<string, number>();

  constructor(shape: ModuleShape) {
    this.#shape = shape;
  }

  /** Index of an added type. */
  type(added: number): number {
    return this.#shape.types + added;
  }

  /** Index of the function called `key`, which is added when it is first asked for. */
  function(key: string, make: () => AddedFunction): number {
    const known = this.#functionIndices.get(key);
    if (known !== undefined) return known;
    const index = this.#shape.functions + this.functions.length;
    this.#functionIndices.set(key, index);
    this.functions.push(make());
    return index;
  }

  /** Index of a new mutable i32 global. */
  global(initial: number): number {
    this.globals.push(initial);
    return this.#shape.globals.length + this.globals.length - 1;
  }

  /** Index of the flag that says whether a segment was dropped, which is added when it is first asked for. */
  droppedFlag(segment: string): number {
    const known = this.#flags.get(segment);
    if (known !== undefined) return known;
    const index = this.global(0);
    this.#flags.set(segment, index);
    return index;
  }

  /** Instructions that say whether a segment was dropped. Only when all code was read is it known that none is. */
  isDropped(segment: string): Code {
    const flag = this.#flags.get(segment);
    return flag === undefined ? CODE.i32(0) : CODE.globalGet(flag);
  }

  /** Whether any segment can be dropped. */
  get dropsSegments(): boolean {
    return this.#flags.size > 0;
  }
}
