import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SaveTarget } from '../app/api/types.ts';

/** The variable that hands the shell's secret to the engine's process. */
export const permitVariable = 'PACKET_INSPECTOR_PERMITS';

export function newPermitSecret(): string {
  return randomBytes(32).toString('hex');
}

/**
 * Seals the paths that a save dialog chose: the engine writes nowhere else, whatever the page asks for. The shell and the
 * engine, two processes, hold the same secret; the page holds sealed paths only.
 */
export class SavePermits {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  target(path: string): SaveTarget {
    return { path, permit: seal(this.#secret, path).toString('hex') };
  }

  allows({ path, permit }: SaveTarget): boolean {
    const given = Buffer.from(permit, 'hex');
    const wanted = seal(this.#secret, path);
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}

function seal(secret: string, path: string): Buffer {
  return createHmac('sha256', secret).update(path).digest();
}
