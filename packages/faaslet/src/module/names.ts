/** What a call enters, in the order of preference: a command's `_start`, or a bare `main`. */
export const ENTRY_EXPORTS = ['_start', 'main'] as const;

/** Exports that begin so are added by preparation; a guest must not have any. */
export const RESERVED_PREFIX = '__faasm_';

/** Export of the module's own memory that preparation adds, whatever the guest calls it itself. */
export const MEMORY_EXPORT = '__faasm_memory';

/** Export of what was the start section, so that it runs when the host functions can see the memory. */
export const START_EXPORT = '__faasm_start';
