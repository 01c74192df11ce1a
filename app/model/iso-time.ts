/**
 * `2026-11-22T13:07:52.133Z`, of milliseconds since the epoch. Null for what no calendar has (ECMA-262 section 21.4.1.1): a capture
 * file that is damaged, or made to do harm, may give its packets any time of 64 bits.
 */
export function isoTime(milliseconds: number): string | null {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
