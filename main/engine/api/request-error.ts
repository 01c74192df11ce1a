import type { ApiError } from '../../../app/api/contract.ts';
import { InvalidFilter } from '../../../app/filter/invalid-filter.ts';

/** A request that cannot be done, with a message that a person can act on. */
export class RequestError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
  }
}

/** What the view is told of an error. */
export function apiError(error: unknown): ApiError {
  if (error instanceof RequestError) return { code: error.code, message: error.message };
  if (error instanceof InvalidFilter) {
    const at = error.errors[0]?.range;
    return { code: 'filter.invalid', message: error.message, ...(at === undefined ? {} : { at }) };
  }
  return { code: 'engine.failed', message: error instanceof Error ? error.message : String(error) };
}
