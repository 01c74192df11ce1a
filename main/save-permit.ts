import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SaveTarget } from '../app/api/session-types.ts';

/** The variable that hands the shell's secret to the engine's process. */
export const permitVariable = 'PACKET_INSPECTOR_PERMITS';

/** What a dialog was for: `capture`: to write a capture there; `values`: to read a values file and to write it again. */
export type PermitUse = 'capture' | 'values';

export function newPermitSecret(): string {
  return randomBytes(32).toString('hex');
}

/**
 * Seals the paths that a dialog chose, each for the dialog's use: the engine writes nowhere else, whatever the page asks for.
 * The shell and the engine, two processes, hold the same secret; the page holds sealed paths only.
 */
export class SavePermits {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  target(use: PermitUse, path: string): SaveTarget {
    return { path, permit: seal(this.#secret, use, path).toString('hex') };
  }

  allows(use: PermitUse, { path, permit }: SaveTarget): boolean {
    const given = Buffer.from(permit, 'hex');
    const wanted = seal(this.#secret, use, path);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}

function seal(secret: string, use: PermitUse, path: string): Buffer {
  return createHmac('sha256', secret).update(`${use} ${path}`).digest();
}
