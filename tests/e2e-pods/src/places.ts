import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** What tests make and keep for the next run, beside the packages. */
export const CACHE = `${REPOSITORY}/node_modules/.cache/faasm-e2e-pods`;
