import { MalformedModuleError } from './binary-reader.ts';
import { readMemoryType, type MemoryType } from './memory-type.ts';
import { readSections, SECTION, sectionReader, type Section } from './sections.ts';

/** The one memory that a function may have. */
export interface DeclaredMemory {
  readonly type: MemoryType;
  readonly imported: boolean;
}

/** Kinds of imports, from the core specification 5.5.5. Others are refused before anything reads here. */
const IMPORT_KIND = { function: 0, memory: 2 } as const;

/**
 * The memory of a module that V8 has found valid and that imports nothing but functions and memories; undefined when
 * it has none. Throws `MalformedModuleError` for what this host does not run, such as a second memory.
 */
export function declaredMemory(bytes: Uint8Array): DeclaredMemory | undefined {
  const memories = readSections(bytes).flatMap((section) => memoriesOf(bytes, section));
  if (memories.length > 1) throw new MalformedModuleError(`It has ${memories.length} memories, not one`);
  const [memory] = memories;
  if (memory?.type.shared === true) throw new MalformedModuleError('Its memory is shared between threads');
  return memory;
}

function memoriesOf(bytes: Uint8Array, section: Section): DeclaredMemory[] {
  if (section.id === SECTION.import) {
    return importedMemories(bytes, section).map((type) => ({ type, imported: true }));
  }
  if (section.id !== SECTION.memory) return [];
  const reader = sectionReader(bytes, section);
  const count = reader.u32();
  return Array.from({ length: count }, () => ({ type: readMemoryType(reader), imported: false }));
}

function importedMemories(bytes: Uint8Array, section: Section): MemoryType[] {
  const reader = sectionReader(bytes, section);
  const memories: MemoryType[] = [];
  for (let left = reader.u32(); left > 0; left--) {
    reader.take(reader.u32());
    reader.take(reader.u32());
    const kind = reader.u8();
    if (kind === IMPORT_KIND.function) reader.u32();
    else if (kind === IMPORT_KIND.memory) memories.push(readMemoryType(reader));
    else throw new MalformedModuleError(`Import of kind ${kind} at byte ${reader.offset} is not read here`);
  }
  return memories;
}
