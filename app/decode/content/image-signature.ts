/** Media types of images by the bytes that they begin with; -1 stands for any octet. */
const SIGNATURES: readonly (readonly [mediaType: string, bytes: readonly number[]])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38, -1, 0x61]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46, -1, -1, -1, -1, 0x57, 0x45, 0x42, 0x50]],
  ['image/avif', [-1, -1, -1, -1, 0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69, 0x66]],
  ['image/x-icon', [0x00, 0x00, 0x01, 0x00, -1, 0x00]],
];

/** The type of image that the bytes begin; '' when it is none that browsers show. */
export function imageTypeOf(head: Uint8Array): string {
  for (const [mediaType, bytes] of SIGNATURES) {
    if (head.length > bytes.length && bytes.every((octet, at) => octet < 0 || head[at] === octet)) return mediaType;
  }
  return '';
}
