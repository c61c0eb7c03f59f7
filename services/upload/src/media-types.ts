/** Of a module. */
export const WASM_MEDIA_TYPE = 'application/wasm';

/** Of an archive with module and files. */
export const TAR_MEDIA_TYPE = 'application/x-tar';
