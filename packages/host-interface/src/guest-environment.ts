/** `argv` of a function: it has no command line of its own yet. */
export const GUEST_ARGS: readonly string[] = ['function.wasm'];

/** What every function finds in its environment; part of the guest ABI, so that existing Faasm functions run. */
export const GUEST_ENVIRONMENT: readonly string[] = [
  'PYTHONHOME=/',
  'PYTHONHASHSEED=0',
  'PYTHONNOUSERSITE=on',
  'PYTHONWASM=1',
  'MKL_NUM_THREADS=1',
  'OPENBLAS_NUM_THREADS=1',
];
