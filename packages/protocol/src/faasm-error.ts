import { ERROR_CATALOGUE, type ErrorCode, type ErrorEntry } from './error-catalogue.ts';

/** What a {@link FaasmError} may carry besides its code and message. */
export interface FaasmErrorOptions {
  readonly cause?: unknown;
  /** Seconds after which trying again may succeed; becomes the header `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** An error of the catalogue. Its message names the thing, the value and the bound, and may be shown to anyone. */
export class FaasmError extends Error {
  override readonly name = 'FaasmError';
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: FaasmErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get entry(): ErrorEntry {
    return ERROR_CATALOGUE[this.code];
  }
}

/** Whether `error` is a {@link FaasmError}, of any code or of the one given. */
export function isFaasmError(error: unknown, code?: ErrorCode): error is FaasmError {
  return error instanceof FaasmError && (code === undefined || error.code === code);
}
