import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';

/** Credentials that are had anew while the program runs. */
export interface Credentials {
  /** Adds them to a request. @throws Error that says why there are none */
  apply(options: RequestOptions): Promise<void>;
  /** The API server does not accept them. False when others cannot be had now. */
  forget(): boolean;
  /** Nor does it those that were had instead. */
  refused(): void;
}

/** A token in a file that somebody else keeps fresh: read for each request, as it is small and may have changed. */
export class TokenFile implements Credentials {
  readonly #path: string;
  #sent = '';

  constructor(path: string) {
    this.#path = path;
  }

  async apply(options: RequestOptions): Promise<void> {
    this.#sent = this.#read();
    if (this.#sent === '') throw new Error(`${this.#path} is empty`);
    options.headers = { ...options.headers, Authorization: `Bearer ${this.#sent}` };
  }

  forget(): boolean {
    return this.#read() !== this.#sent;
  }

  refused(): void {}

  /** Without the line's end that an editor, or `echo`, leaves. */
  #read(): string {
    return readFileSync(this.#path, 'utf8').trim();
  }
}
