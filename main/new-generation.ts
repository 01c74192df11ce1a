import { randomBytes } from 'node:crypto';

/** A text never used before in any cluster, for `FilterSwitch`. */
export function newGeneration(): string {
  return `${Date.now().toString(36)}${randomBytes(3).toString('hex')}`;
}
