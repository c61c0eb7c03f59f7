/** The WebAssembly JavaScript API as Node 26 has it. TypeScript ships it only with the browser's globals. */
declare namespace WebAssembly {
  type ExternKind = 'function' | 'global' | 'memory' | 'table' | 'tag';
  type ImportValue = Function | Global | Memory | Table | number | bigint;
  type Imports = Record<string, Record<string, ImportValue>>;
  type ExportValue = Function | Global | Memory | Table | Tag;

  interface ImportDescriptor {
    readonly module: string;
    readonly name: string;
    readonly kind: ExternKind;
  }

  interface ExportDescriptor {
    readonly name: string;
    readonly kind: ExternKind;
  }

  class Module {
    constructor(bytes: BufferSource);
    static imports(module: Module): ImportDescriptor[];
    static exports(module: Module): ExportDescriptor[];
    static customSections(module: Module, name: string): ArrayBuffer[];
  }

  type Exports = Readonly<Record<string, ExportValue | undefined>>;

  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Exports;
  }

  class Memory {
    /** Sizes in pages of 64 KiB. */
    constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }

  class Table {
    readonly length: number;
    get(index: number): unknown;
    set(index: number, value: unknown): void;
    grow(by: number): number;
  }

  class Global {
    value: unknown;
  }

  interface Tag {
    readonly [Symbol.toStringTag]: 'WebAssembly.Tag';
  }

  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}

  function compile(bytes: BufferSource): Promise<Module>;
  function validate(bytes: BufferSource): boolean;
}

type BufferSource = ArrayBufferView<ArrayBuffer> | ArrayBuffer;
