/** Tells texts apart, as builds of a program: FNV-1a of 32 bits as eight hexadecimal digits. No protection against intent. */
export function textHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
