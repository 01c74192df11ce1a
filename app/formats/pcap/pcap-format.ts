/** The classic capture file: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/ */

export const PCAP_MAGIC_MICROSECONDS = 0xa1b2c3d4;
export const PCAP_MAGIC_NANOSECONDS = 0xa1b23c4d;
/** Written by a patched libpcap of 1999: each packet header is 8 bytes longer. */
export const PCAP_MAGIC_MODIFIED = 0xa1b2cd34;

/** What the second half of a packet's time counts. */
export type PcapResolution = 'microseconds' | 'nanoseconds';

export const PCAP_FILE_HEADER_LENGTH = 24;
export const PCAP_RECORD_HEADER_LENGTH = 16;
export const PCAP_MODIFIED_RECORD_HEADER_LENGTH = 24;

/** Longer packets are taken for a damaged length; libpcap itself allows 256 KiB, and 128 MiB for D-Bus alone. */
export const MAXIMUM_PACKET_LENGTH = 16 * 1024 * 1024;

/** Link types, https://www.tcpdump.org/linktypes.html */
export const LINKTYPE_RAW = 101;
