import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';

/** Credentials that are had anew while the program runs. */
export interface Credentials {
  /** Adds them to a request. @throws Error that says why there are none */
  apply(options: RequestOptions): Promise<void>;
  /**
   * The API server does not accept those that were sent. False when others cannot be had now. Of several requests side by side the
   * first has others fetched, which the rest are to take, too.
   */
  forget(sent: RequestOptions): boolean;
  /** Nor does it those that were had instead. */
  refused(): void;
}

/** A token in a file that somebody else keeps fresh: read for each request, as it is small and may have changed. */
export class TokenFile implements Credentials {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async apply(options: RequestOptions): Promise<void> {
    const token = this.#read();
    if (token === '') throw new Error(`${this.#path} is empty`);
    options.headers = { ...options.headers, Authorization: bearer(token) };
  }

  forget(sent: RequestOptions): boolean {
    try {
      const token = this.#read();
      return token !== '' && bearer(token) !== authorizationOf(sent);
    } catch {
      // It is just being replaced, or was taken away.
      return false;
    }
  }

  refused(): void {}

  /** Without the line's end that an editor, or `echo`, leaves. */
  #read(): string {
    return readFileSync(this.#path, 'utf8').trim();
  }
}

/** The Authorization header of a token. RFC 6750, section 2.1. */
export function bearer(token: string): string {
  return `Bearer ${token}`;
}

/** What a request was sent with; undefined when that was another kind of credentials. */
export function authorizationOf({ headers }: RequestOptions): unknown {
  return (headers as Record<string, unknown> | undefined)?.Authorization;
}
