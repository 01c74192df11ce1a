const PADDING = 64;
const IGNORED = 255;
const VALUES = makeValues();

function makeValues(): Uint8Array {
  const values = new Uint8Array(256).fill(IGNORED);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  for (let value = 0; value < alphabet.length; value++) values[alphabet.charCodeAt(value)] = value;
  values['-'.charCodeAt(0)] = 62;
  values['_'.charCodeAt(0)] = 63;
  values['='.charCodeAt(0)] = PADDING;
  return values;
}

/**
 * Decodes base64 (RFC 4648) that arrives in pieces of any length. Padding may stand in the middle: gRPC-Web text bodies
 * are concatenations of separately encoded runs. Octets outside the alphabet are passed over.
 */
export class Base64Stream {
  private bits = 0;
  private digits = 0;

  /** Bytes that became whole with this piece. */
  decode(text: Uint8Array): Uint8Array {
    const out = new Uint8Array(Math.ceil(((text.length + 3) * 3) / 4));
    let length = 0;
    for (const character of text) {
      const value = VALUES[character]!;
      if (value === IGNORED) continue;
      if (value === PADDING) {
        // The bytes of a padded group were written digit by digit; only leftover zero bits are dropped.
        this.digits = 0;
        this.bits = 0;
        continue;
      }
      this.bits = ((this.bits << 6) | value) & 0xffffff;
      this.digits++;
      if (this.digits === 2) out[length++] = (this.bits >>> 4) & 0xff;
      else if (this.digits === 3) out[length++] = (this.bits >>> 2) & 0xff;
      else if (this.digits === 4) {
        out[length++] = this.bits & 0xff;
        this.digits = 0;
      }
    }
    return out.subarray(0, length);
  }
}
