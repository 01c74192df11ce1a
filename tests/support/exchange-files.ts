import type { CaptureEvent } from '../../app/capture/document.ts';
import type { CapturedProtocol } from '../../app/capture/metadata.ts';
import { createPacketBuffers, ExchangePackets } from '../../app/synth/exchange-packets.ts';
import { START } from './captured.ts';
import { tsharkReads } from './tshark.ts';

const buffers = createPacketBuffers();
/** What tshark has to be told. */
export const HTTP2 = ['-d', 'tcp.port==8080,http2'];

/** What writes the packets of an exchange. */
export function packets(protocol: CapturedProtocol, ipv6 = false): ExchangePackets {
  return new ExchangePackets({
    protocol,
    client: { address: ipv6 ? 'fd00::7' : '10.42.0.7', port: 40_001 },
    server: { address: ipv6 ? 'fd00::9' : '10.42.0.9', port: 8080 },
    initialSequence: 0xffff_ff00,
    buffers,
  });
}

/** The libpcap file of an exchange whose parts came one after the other. */
export function fileOf(protocol: CapturedProtocol, ...parts: (readonly CaptureEvent[])[]): Uint8Array {
  const exchange = packets(protocol);
  return Buffer.concat(parts.map((events, index) => exchange.add(events, index === parts.length - 1, START)));
}

/** Bytes of a body. */
export function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => 0x61 + (index % 26));
}

/** Every TCP analysis flag, bad checksum and malformed packet that tshark finds. */
export function complaints(file: Uint8Array, options: readonly string[] = []): string[] {
  return tsharkReads(
    file,
    ['frame.number', '_ws.col.Info'],
    'tcp.analysis.flags || _ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0 || _ws.expert.severity >= 0x600000',
    options,
  ).map((row) => row.join(' '));
}
