/**
 * Short names of Envoy's response flags by bit number: the order of `enum CoreResponseFlag` in Envoy's
 * envoy/stream_info/stream_info.h, the names of its access log's `%RESPONSE_FLAGS%`.
 */
const FLAGS =
  'LH UH UT LR UR UF UC UO NR DI FI RL UAEX RLSE DC URX SI IH DPE UMSDR RFCF NFCF DT UPE NC OM DF DO DR UDO'.split(' ');

/** `UF,URX` for the bits set; flags of extensions, which have no fixed names, as `bit40`. */
export function responseFlagsText(bits: bigint): string {
  const names: string[] = [];
  for (let bit = 0; bit < 64 && bits >> BigInt(bit) !== 0n; bit++) {
    if ((bits >> BigInt(bit)) & 1n) names.push(FLAGS[bit] ?? `bit${bit}`);
  }
  return names.join(',');
}

/** Whether the caller ended the exchange, by a reset of it (DR) or with its connection (DC). */
export function isEndedByCaller(responseFlags: string): boolean {
  return /(^|,)D[RC](,|$)/.test(responseFlags);
}

/** The opposite of `responseFlagsText`; names that are not known are left out. */
export function responseFlagsBits(text: string): bigint {
  let bits = 0n;
  for (const name of text.split(',')) {
    const bit = name.startsWith('bit') ? Number(name.slice(3)) : FLAGS.indexOf(name);
    if (Number.isInteger(bit) && bit >= 0 && bit < 64) bits |= 1n << BigInt(bit);
  }
  return bits;
}
