import type { FaasletModule } from '../faaslet-module.ts';
import { PREPARED_EXPORT } from '../module/names.ts';
import type { TableSnapshot } from '../snapshot/snapshot.ts';
import type { PreparedInstance } from './prepared-instance.ts';

/** Where a reference to a function is kept: tables by index, and globals, which are tables of one behind them. */
interface Keeper {
  readonly size: number;
  get(at: number): unknown;
  set(at: number, value: unknown): void;
  grow(by: number): void;
}

/**
 * What the tables and the globals of functions of `instance` hold, where it differs from `fresh`, which was only
 * instantiated. Functions are named by their index in the module.
 */
export function captureTables(
  { facts }: FaasletModule,
  { instance, fresh }: { instance: PreparedInstance; fresh: PreparedInstance },
): TableSnapshot[] {
  const now = new FunctionIndices(instance, facts.functions);
  const before = new FunctionIndices(fresh, facts.functions);
  const freshKeepers = keepers(fresh, facts);
  return keepers(instance, facts).flatMap((keeper, index) => {
    const old = freshKeepers[index];
    const entries = Array.from({ length: keeper.size }, (_, at) => ({
      at,
      functionIndex: now.of(keeper.get(at)),
    })).filter(({ at, functionIndex }) => {
      const known = old !== undefined && at < old.size ? before.of(old.get(at)) : undefined;
      return functionIndex !== known;
    });
    const unchanged = entries.length === 0 && keeper.size === old?.size;
    return unchanged ? [] : [{ index, size: keeper.size, entries }];
  });
}

/** Makes tables and globals of functions what they were when they were captured. */
export function restoreTables(
  { facts }: FaasletModule,
  { instance, tables }: { instance: PreparedInstance; tables: readonly TableSnapshot[] },
): void {
  if (tables.length === 0) return;
  const found = keepers(instance, facts);
  const functionOf = accessor(instance);
  for (const { index, size, entries } of tables) {
    const keeper = found[index];
    if (keeper === undefined) throw new TypeError(`A snapshot has a table ${index} that the module lacks`);
    if (size > keeper.size) keeper.grow(size - keeper.size);
    for (const { at, functionIndex } of entries)
      keeper.set(at, functionIndex === undefined ? null : functionOf(functionIndex));
  }
}

function keepers(instance: PreparedInstance, facts: FaasletModule['facts']): Keeper[] {
  const tables = Array.from({ length: facts.mutableTables }, (_, index): Keeper => {
    const table = instance.table(index);
    return {
      get size() {
        return table.length;
      },
      get: (at) => table.get(at),
      set: (at, value) => {
        table.set(at, value);
      },
      grow: (by) => {
        table.grow(by);
      },
    };
  });
  const globals = facts.functionGlobals.map((index): Keeper => {
    const global = instance.functionGlobal(index);
    return {
      size: 1,
      get: () => global.value,
      set: (_at, value) => {
        global.value = value;
      },
      grow: () => {
        throw new TypeError('A global does not grow');
      },
    };
  });
  return [...tables, ...globals];
}

/** Which function of an instance a reference means. */
class FunctionIndices {
  readonly #indices = new Map<unknown, number>();

  constructor(instance: PreparedInstance, functions: number) {
    const functionOf = accessor(instance);
    for (let index = 0; index < functions; index++) this.#indices.set(functionOf(index), index);
  }

  /** Undefined for null. */
  of(reference: unknown): number | undefined {
    if (reference === null) return undefined;
    const index = this.#indices.get(reference);
    if (index === undefined) throw new TypeError('A table holds a function of another instance');
    return index;
  }
}

function accessor(instance: PreparedInstance): (index: number) => unknown {
  const found = instance.function(PREPARED_EXPORT.function);
  if (found === undefined) throw new TypeError('A prepared module exports no function accessor');
  return found;
}
