/** A sentence on bytes that the capture misses; `length` 0 when it is not known how many. */
export function gapText(length: number, where: string): string {
  if (length === 0) return `An unknown number of bytes is missing from the capture ${where}.`;
  return `${length} ${length === 1 ? 'byte is' : 'bytes are'} missing from the capture ${where}.`;
}
