/** WASI preview 1 error numbers that this host answers, from the standard's witx file (`typenames.witx`, `errno`). */
export const ERRNO = { success: 0, badf: 8, inval: 28, nosys: 52, spipe: 70 } as const;

/** One of {@link ERRNO}. */
export type Errno = (typeof ERRNO)[keyof typeof ERRNO];
