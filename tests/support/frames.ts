/** An HTTP/2 frame. RFC 9113 section 4.1. */
export function http2Frame(
  type: number,
  flags: number,
  streamId: number,
  payload: string | Uint8Array = '',
): Uint8Array {
  const body = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
  const bytes = Buffer.alloc(9 + body.length);
  bytes.writeUIntBE(body.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(streamId, 5);
  bytes.set(body, 9);
  return Uint8Array.from(bytes);
}

/** A header block of literals that touch no table (RFC 7541 section 6.2.2). Names and values are shorter than 127. */
export function headerBlock(fields: readonly (readonly [name: string, value: string])[]): Uint8Array {
  const octets = fields.flatMap(([name, value]) => [
    0,
    ...[name, value].flatMap((text) => [text.length, ...Buffer.from(text, 'latin1')]),
  ]);
  return Uint8Array.from(octets);
}

/** A WebSocket frame, masked with the key when one is given. RFC 6455 section 5.2. */
export function webSocketFrame(firstOctet: number, payload: Uint8Array, key?: Uint8Array): Uint8Array {
  const { length } = payload;
  const short = length < 126 ? [length] : length < 65_536 ? [126] : [127];
  const long = Buffer.alloc(length < 126 ? 0 : length < 65_536 ? 2 : 8);
  if (long.length > 0) long.writeUIntBE(length, Math.max(0, long.length - 6), Math.min(6, long.length));
  const masked = key === undefined ? payload : payload.map((octet, at) => octet ^ key[at & 3]!);
  const second = short[0]! | (key === undefined ? 0 : 0x80);
  return Uint8Array.from([firstOctet, second, ...long, ...(key ?? []), ...masked]);
}
