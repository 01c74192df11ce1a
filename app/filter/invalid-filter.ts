import type { FilterError } from './syntax.ts';

/** A filter that cannot be used. The message is that of the first error. */
export class InvalidFilter extends Error {
  readonly errors: readonly FilterError[];

  constructor(errors: readonly FilterError[]) {
    super(errors[0]?.message ?? 'This filter cannot be used.');
    this.name = 'InvalidFilter';
    this.errors = errors;
  }
}
