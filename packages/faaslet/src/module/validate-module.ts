import { FaasmError } from '@faasm/protocol';
import { MalformedModuleError } from './binary-reader.ts';
import { declaredMemory, type DeclaredMemory } from './declared-memory.ts';
import { PAGE_BYTES } from './memory-type.ts';
import { ENTRY_EXPORTS, RESERVED_PREFIX } from './names.ts';

/** What is known of a valid module. */
export interface ModuleFacts {
  /** `module.name` of each import, in the module's order. */
  readonly imports: readonly string[];
  /** Which export a call enters. */
  readonly entry: string;
  readonly memory: DeclaredMemory | undefined;
}

/** Bounds that a module is held against. */
export interface ModuleLimits {
  /** Largest linear memory, in bytes. */
  readonly memoryBytes: number;
}

/**
 * Validates the bytes of an upload: V8 first, then what this host asks for. The bytes are hostile (I13).
 * Throws `module.invalid` with V8's words, or `module.unsupported` naming what the host does not run.
 */
export async function validateModule(
  bytes: Uint8Array<ArrayBuffer>,
  limits: ModuleLimits,
): Promise<ModuleFacts> {
  const module = await compileUntrusted(bytes);
  const imports = WebAssembly.Module.imports(module);
  const exports = WebAssembly.Module.exports(module);
  refuseImports(imports);
  const reserved = exports.find(({ name }) => name.startsWith(RESERVED_PREFIX));
  if (reserved !== undefined)
    throw unsupported(
      `It exports ${show(reserved.name)}: names that begin with ${RESERVED_PREFIX} are the host's`,
    );
  const entry = ENTRY_EXPORTS.find((name) =>
    exports.some((found) => found.name === name && found.kind === 'function'),
  );
  if (entry === undefined)
    throw unsupported(`It exports no function ${ENTRY_EXPORTS.join(' or ')}, so there is nothing to call`);
  const memory = readMemory(bytes);
  refuseMemory(memory, limits);
  return { imports: imports.map(({ module: from, name }) => `${from}.${name}`), entry, memory };
}

async function compileUntrusted(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new FaasmError('module.invalid', words, { cause: error });
  }
}

function refuseImports(imports: readonly WebAssembly.ImportDescriptor[]): void {
  for (const { module, name, kind } of imports) {
    const isMemory = kind === 'memory' && module === 'env' && name === 'memory';
    if (kind === 'function' || isMemory) continue;
    throw unsupported(
      `It imports the ${kind} ${show(`${module}.${name}`)}: only functions and the memory env.memory can be imported`,
    );
  }
}

function readMemory(bytes: Uint8Array): DeclaredMemory | undefined {
  try {
    return declaredMemory(bytes);
  } catch (error) {
    if (error instanceof MalformedModuleError) throw unsupported(error.message, error);
    throw error;
  }
}

function refuseMemory(memory: DeclaredMemory | undefined, { memoryBytes }: ModuleLimits): void {
  const initialBytes = (memory?.type.minPages ?? 0) * PAGE_BYTES;
  if (initialBytes <= memoryBytes) return;
  throw unsupported(
    `Its memory begins with ${initialBytes} bytes, more than the limit of ${memoryBytes} bytes`,
  );
}

function unsupported(message: string, cause?: Error): FaasmError {
  return new FaasmError('module.unsupported', message, cause === undefined ? {} : { cause });
}

/** A name out of a module can be long and hold anything. */
function show(name: string): string {
  return JSON.stringify(name.slice(0, 128));
}
