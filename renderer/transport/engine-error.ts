import type { ApiError } from '../../app/api/contract.ts';

/** A request that the engine refused, or that could not reach it (`connection.lost`). */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: string;
  /** Place in a filter text. */
  readonly at: readonly [number, number] | undefined;

  constructor(error: ApiError) {
    super(error.message);
    this.code = error.code;
    this.at = error.at;
  }
}

/** The sentence to show for anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
