export { BuildError } from './build-error.ts';
export { buildFunction, type BuildRequest, type BuiltFunction } from './build-function.ts';
