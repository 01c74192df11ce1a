/** The bytes in pieces of the given lengths, over and over. */
export function pieces(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (let index = 0; at < bytes.length; index++) {
    const end = Math.min(bytes.length, at + Math.max(1, lengths[index % lengths.length]!));
    parts.push(bytes.slice(at, end));
    at = end;
  }
  return parts;
}

/** Latin-1 text as bytes. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
