import type { Nanoseconds } from '../../model/exchange.ts';

/** Nanoseconds of a packet's 64-bit timestamp, given as its upper and lower half. */
export type InterfaceClock = (high: number, low: number) => Nanoseconds;

const BILLION = 1_000_000_000n;

/**
 * The clock of an interface. `resolution` is the octet of `if_tsresol`: a negative power of 10, or of 2 when its top bit
 * is set. `offset` is `if_tsoffset` in seconds. The two usual resolutions are computed with at most one addition of
 * big integers for a packet.
 */
export function interfaceClock(resolution: number, offset: bigint): InterfaceClock {
  const offsetTime = offset * BILLION;
  if (resolution === 6) return microsecondClock(offsetTime);
  if (resolution === 9) return nanosecondClock(offsetTime);
  const exponent = BigInt(resolution & 0x7f);
  const unitsPerSecond = (resolution & 0x80) !== 0 ? 1n << exponent : 10n ** exponent;
  return (high, low) => (((BigInt(high) << 32n) | BigInt(low)) * BILLION) / unitsPerSecond + offsetTime;
}

function microsecondClock(offsetTime: bigint): InterfaceClock {
  let lastSeconds = -1;
  let base = 0n;
  return (high, low) => {
    // Exact up to the year 2255: 2^53 microseconds.
    const microseconds = high * 0x1_0000_0000 + low;
    const seconds = Math.floor(microseconds / 1_000_000);
    if (seconds !== lastSeconds) {
      lastSeconds = seconds;
      base = BigInt(seconds) * BILLION + offsetTime;
    }
    return base + BigInt((microseconds - seconds * 1_000_000) * 1000);
  };
}

function nanosecondClock(offsetTime: bigint): InterfaceClock {
  let lastHigh = -1;
  let base = 0n;
  return (high, low) => {
    if (high !== lastHigh) {
      lastHigh = high;
      base = (BigInt(high) << 32n) + offsetTime;
    }
    return base + BigInt(low);
  };
}
