import { Cursor } from '../bytes/cursor.ts';
import { u32be } from '../bytes/integers.ts';
import type { Endpoint } from '../model/endpoint.ts';
import { ipv4Text, ipv6Text } from './address.ts';

/** Tags of LINKTYPE_WIRESHARK_UPPER_PDU, as Wireshark's exported_pdu_tlvs.h numbers them. */
const TAG = {
  end: 0,
  dissectorName: 12,
  heuristicName: 13,
  ipv4Source: 20,
  ipv4Destination: 21,
  ipv6Source: 22,
  ipv6Destination: 23,
  sourcePort: 25,
  destinationPort: 26,
} as const;

/** Bytes of an upper protocol that Wireshark exported, without the layers below. */
export interface ExportedPdu {
  /** Wireshark's name of the protocol: `http`, `http2`, `diameter`, … */
  readonly protocol: string;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly payload: Uint8Array;
}

const decoder = new TextDecoder();

/** Reads tags up to their end mark, and the payload behind it; null when they are not whole. Unknown tags are skipped. */
export function readExportedPdu(bytes: Uint8Array): ExportedPdu | null {
  const cursor = new Cursor(bytes);
  let protocol = '';
  const source = { address: '', port: 0 };
  const destination = { address: '', port: 0 };
  for (;;) {
    const tag = cursor.u16();
    const value = cursor.take(cursor.u16());
    if (cursor.failed) return null;
    switch (tag) {
      case TAG.end:
        return { protocol, source, destination, payload: bytes.subarray(cursor.offset) };
      case TAG.dissectorName:
      case TAG.heuristicName:
        protocol = textOf(value);
        break;
      case TAG.ipv4Source:
        if (value.length === 4) source.address = ipv4Text(u32be(value, 0));
        break;
      case TAG.ipv4Destination:
        if (value.length === 4) destination.address = ipv4Text(u32be(value, 0));
        break;
      case TAG.ipv6Source:
        if (value.length === 16) source.address = ipv6Text(value);
        break;
      case TAG.ipv6Destination:
        if (value.length === 16) destination.address = ipv6Text(value);
        break;
      case TAG.sourcePort:
        if (value.length === 4) source.port = u32be(value, 0);
        break;
      case TAG.destinationPort:
        if (value.length === 4) destination.port = u32be(value, 0);
        break;
      default:
        break;
    }
  }
}

/** Texts are padded with zero octets to a multiple of four. */
function textOf(value: Uint8Array): string {
  const end = value.indexOf(0);
  return decoder.decode(end < 0 ? value : value.subarray(0, end));
}
