import { fileURLToPath } from 'node:url';

/** The folder that holds all guests, as an absolute path without a trailing slash. */
export const GUESTS_FOLDER: string = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
