import { BinaryReader, MalformedModuleError } from './binary-reader.ts';

/** Ids of the sections that the host looks into, from the WebAssembly core specification, section 5.5. */
export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** One section of a module; offsets in bytes from the module's start. */
export interface Section {
  readonly id: number;
  /** Of the section's id. */
  readonly start: number;
  /** Of the section's content. */
  readonly contentStart: number;
  /** Behind its content. */
  readonly end: number;
}

/** Magic number and version 1. */
const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Length of what stands before the first section. */
export const PREAMBLE_BYTES: number = PREAMBLE.length;

/** Splits a module into its sections, in their order. Throws `MalformedModuleError`. */
export function readSections(bytes: Uint8Array): Section[] {
  if (!PREAMBLE.every((byte, i) => bytes[i] === byte)) {
    throw new MalformedModuleError('It does not begin with the magic number and version 1 of a core module');
  }
  const reader = new BinaryReader(bytes, PREAMBLE_BYTES);
  const sections: Section[] = [];
  while (!reader.atEnd) {
    const start = reader.offset;
    const id = reader.u8();
    const size = reader.u32();
    const contentStart = reader.offset;
    reader.take(size);
    sections.push({ id, start, contentStart, end: reader.offset });
  }
  return sections;
}

/** A reader of one section's content. */
export function sectionReader(bytes: Uint8Array, section: Section): BinaryReader {
  return new BinaryReader(bytes, section.contentStart, section.end);
}
