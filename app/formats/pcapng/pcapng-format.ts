/** The pcapng format: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/ */

export const BLOCK = {
  sectionHeader: 0x0a0d0d0a,
  interfaceDescription: 1,
  /** Obsolete, still written by old programs. */
  packet: 2,
  simplePacket: 3,
  nameResolution: 4,
  interfaceStatistics: 5,
  enhancedPacket: 6,
  systemdJournal: 9,
  decryptionSecrets: 10,
  custom: 0x00000bad,
  customNotCopied: 0x40000bad,
} as const;

const KNOWN_BLOCKS: ReadonlySet<number> = new Set(Object.values(BLOCK));

export function isKnownBlock(type: number): boolean {
  return KNOWN_BLOCKS.has(type);
}

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

export const OPTION = {
  end: 0,
  comment: 1,
  /** Section header: hardware, operating system, application. */
  hardware: 2,
  operatingSystem: 3,
  application: 4,
  /** Interface description. */
  interfaceName: 2,
  interfaceDescription: 3,
  timestampResolution: 9,
  timestampOffset: 14,
} as const;

export const NAME_RECORD = { end: 0, ipv4: 1, ipv6: 2 } as const;

/** Longer blocks are taken for a damaged length. */
export const MAXIMUM_BLOCK_LENGTH = 16 * 1024 * 1024;

/** Type, total length, and the total length again at the end. */
export const BLOCK_OVERHEAD = 12;

/** Values are padded to 32 bits. */
export function padded(length: number): number {
  return (length + 3) & ~3;
}
