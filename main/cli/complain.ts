import { plainLines } from '../../app/flows/plain-text.ts';

/** Tells on standard error what went wrong, under the program's name. */
export function complain(message: string): void {
  console.error(`packet-inspector: ${plainLines(message)}`);
}
