import { leb128, nameBytes, sectionBytes } from '../binary-writer.ts';
import type { ModuleShape } from '../module-shape.ts';
import { CALLED_EXPORTS, PREPARED_EXPORT } from '../names.ts';
import { SECTION, sectionReader } from '../sections.ts';
import type { PreparedFacts } from './prepared-facts.ts';

/** Indices of what preparation exports; undefined where the module does not need it. */
export interface PreparedIndices {
  readonly start: number | undefined;
  readonly initData: number | undefined;
  readonly save: number;
  readonly load: number;
  readonly grower: number;
  readonly pauser: number;
  readonly window: { readonly start: number; readonly end: number };
  readonly function: number;
}

interface Export {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

/** Kinds of exports, from the core specification 5.5.10. */
const KIND = { function: 0, table: 1, global: 3 } as const;

/** The export section: of the module's own exports only what the host calls. */
export function preparedExports(
  bytes: Uint8Array,
  module: { shape: ModuleShape; facts: PreparedFacts; indices: PreparedIndices },
): Uint8Array[] {
  const all = [...calledExports(bytes, module.shape), ...addedExports(module.facts, module.indices)];
  const entries = all.map(({ name, kind, index }) => [
    ...nameBytes(name),
    Uint8Array.from([kind, ...leb128(index)]),
  ]);
  return sectionBytes(SECTION.export, [leb128(all.length), ...entries.flat()]);
}

function calledExports(bytes: Uint8Array, { sections }: ModuleShape): Export[] {
  const section = sections.find(({ id }) => id === SECTION.export);
  if (section === undefined) return [];
  const reader = sectionReader(bytes, section);
  return Array.from({ length: reader.u32() }, () => ({
    name: Buffer.from(reader.take(reader.u32())).toString(),
    kind: reader.u8(),
    index: reader.u32(),
  })).filter(({ name, kind }) => kind === KIND.function && CALLED_EXPORTS.has(name));
}

function addedExports({ mutableTables, functionGlobals }: PreparedFacts, indices: PreparedIndices): Export[] {
  const functions = (['start', 'initData', 'save', 'load', 'function'] as const).flatMap((name) => {
    const index = indices[name];
    return index === undefined ? [] : [{ name: PREPARED_EXPORT[name], kind: KIND.function, index }];
  });
  return [
    ...functions,
    { name: PREPARED_EXPORT.grower, kind: KIND.global, index: indices.grower },
    { name: PREPARED_EXPORT.pauser, kind: KIND.global, index: indices.pauser },
    { name: PREPARED_EXPORT.windowStart, kind: KIND.global, index: indices.window.start },
    { name: PREPARED_EXPORT.windowEnd, kind: KIND.global, index: indices.window.end },
    ...Array.from({ length: mutableTables }, (_, index) => ({
      name: `${PREPARED_EXPORT.table}${index}`,
      kind: KIND.table,
      index,
    })),
    ...functionGlobals.map((index) => ({
      name: `${PREPARED_EXPORT.functionGlobal}${index}`,
      kind: KIND.global,
      index,
    })),
  ];
}
