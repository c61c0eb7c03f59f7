import { concat } from '@faasm/stdx';
import { leb128, nameBytes, sectionBytes } from './binary-writer.ts';
import { boundedMemoryTypeBytes, readMemoryType } from './memory-type.ts';
import { MEMORY_EXPORT, START_EXPORT } from './names.ts';
import { PREAMBLE_BYTES, readSections, SECTION, sectionReader, type Section } from './sections.ts';

/** Kinds of exports, from the core specification 5.5.10. */
const EXPORT_KIND = { function: 0, memory: 2 } as const;

interface AddedExport {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

/**
 * Rewrites a module that `validateModule` accepted, so that the host can run it: its own memory cannot grow beyond
 * `memoryPagesMax` and is exported as `__faasm_memory`; its start section becomes the export `__faasm_start`.
 * Only sections are copied, changed or left out, and exports appended: no index shifts. Deterministic.
 */
export function prepareModule(bytes: Uint8Array, memoryPagesMax: number): Uint8Array<ArrayBuffer> {
  const sections = readSections(bytes);
  const added = addedExports(bytes, sections);
  const parts: Uint8Array[] = [bytes.subarray(0, PREAMBLE_BYTES)];
  for (const section of sections) {
    if (section.id === SECTION.start) continue;
    if (section.id === SECTION.memory) parts.push(...clampedMemory(bytes, section, memoryPagesMax));
    else if (section.id === SECTION.export) parts.push(...extendedExports(bytes, section, added));
    else parts.push(bytes.subarray(section.start, section.end));
  }
  return concat(parts);
}

function addedExports(bytes: Uint8Array, sections: readonly Section[]): AddedExport[] {
  const added: AddedExport[] = [];
  const memory = sections.find(({ id }) => id === SECTION.memory);
  if (memory !== undefined && sectionReader(bytes, memory).u32() > 0) {
    added.push({ name: MEMORY_EXPORT, kind: EXPORT_KIND.memory, index: 0 });
  }
  const start = sections.find(({ id }) => id === SECTION.start);
  if (start !== undefined) {
    added.push({ name: START_EXPORT, kind: EXPORT_KIND.function, index: sectionReader(bytes, start).u32() });
  }
  return added;
}

function clampedMemory(bytes: Uint8Array, section: Section, memoryPagesMax: number): Uint8Array[] {
  const reader = sectionReader(bytes, section);
  const count = reader.u32();
  if (count === 0) return [bytes.subarray(section.start, section.end)];
  const { minPages, maxPages = memoryPagesMax } = readMemoryType(reader);
  const clamped = Math.max(minPages, Math.min(maxPages, memoryPagesMax));
  return sectionBytes(section.id, [leb128(count), ...boundedMemoryTypeBytes(minPages, clamped)]);
}

function extendedExports(bytes: Uint8Array, section: Section, added: readonly AddedExport[]): Uint8Array[] {
  const reader = sectionReader(bytes, section);
  const count = reader.u32();
  const present = bytes.subarray(reader.offset, section.end);
  const appended = added.flatMap(({ name, kind, index }) => [
    ...nameBytes(name),
    Uint8Array.of(kind),
    leb128(index),
  ]);
  return sectionBytes(section.id, [leb128(count + added.length), present, ...appended]);
}
