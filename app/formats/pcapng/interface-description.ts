import { u16, u32 } from '../../bytes/integers.ts';
import { type InterfaceClock, interfaceClock } from './interface-clock.ts';
import { optionText, readOptions } from './options.ts';
import { OPTION } from './pcapng-format.ts';

/** What an Interface Description Block says of the packets that name the interface. */
export interface InterfaceDescription {
  readonly linkType: number;
  readonly snapLength: number;
  /** `if_name` or ''. */
  readonly name: string;
  /** `if_description` or ''. */
  readonly description: string;
  readonly clock: InterfaceClock;
}

const MICROSECONDS = 6;

/** Reads the body of the block, which has at least its 8 fixed bytes. */
export function readInterface(
  bytes: Uint8Array,
  body: number,
  end: number,
  littleEndian: boolean,
): InterfaceDescription {
  const options = readOptions(bytes, body + 8, end, littleEndian);
  const value = (code: number) => options.find(([each]) => each === code)?.[1];
  return {
    linkType: u16(bytes, body, littleEndian),
    snapLength: u32(bytes, body + 4, littleEndian),
    name: optionText(options, OPTION.interfaceName),
    description: optionText(options, OPTION.interfaceDescription),
    clock: interfaceClock(
      value(OPTION.timestampResolution)?.[0] ?? MICROSECONDS,
      signed64(value(OPTION.timestampOffset), littleEndian),
    ),
  };
}

/** A signed 64-bit number; 0 when the option is absent or too short. */
function signed64(bytes: Uint8Array | undefined, littleEndian: boolean): bigint {
  if (bytes === undefined || bytes.length < 8) return 0n;
  const high = BigInt(u32(bytes, littleEndian ? 4 : 0, littleEndian));
  const low = BigInt(u32(bytes, littleEndian ? 0 : 4, littleEndian));
  return BigInt.asIntN(64, (high << 32n) | low);
}
