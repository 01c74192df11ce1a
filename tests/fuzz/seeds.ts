import { MemoryBudget } from '../../app/assemble/memory-budget.ts';
import { createTcpAssembler } from '../../app/assemble/tcp/tcp-assembler.ts';
import { joinBytes } from '../../app/bytes/join.ts';
import { captureComment } from '../../app/capture/comment.ts';
import type { CaptureEvent } from '../../app/capture/document.ts';
import type { CapturedProtocol, CaptureMetadata } from '../../app/capture/metadata.ts';
import { interfaceBlock, nameBlock, packetBlock, sectionHeaderBlock } from '../../app/formats/pcapng/pcapng-writer.ts';
import { FragmentTable } from '../../app/packet/fragments.ts';
import { readIp } from '../../app/packet/ip.ts';
import { NetworkPacket } from '../../app/packet/network-packet.ts';
import { createPacketBuffers, ExchangePackets } from '../../app/synth/exchange-packets.ts';
import { latin1, pieces } from '../support/bytes.ts';
import { answerFields, CapturedEvents, requestFields, simpleExchange } from '../support/captured.ts';
import { message } from '../support/diameter.ts';
import { interleavedChunk, ipPacket, tcpSegment } from '../support/packets.ts';
import { readCapture } from '../support/read-capture.ts';
import { recordConversations } from '../support/transport-recorder.ts';

/** What both sides of a connection sent. */
export interface StreamSeed {
  readonly protocol: string;
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

const client = { address: '10.42.0.7', port: 40_001 };
const server = { address: 'fd00::9', port: 8080 };
const server4 = { address: '10.42.0.9', port: 8080 };

export const metadata: CaptureMetadata = {
  version: 1,
  id: 'shop/cart-1/0123456789abcdef/7',
  role: 'consumer',
  pod: { namespace: 'shop', pod: 'cart-1', service: 'cart', workload: 'cart', node: 'n1', serviceAccount: 'cart' },
  protocol: 'http/2',
  source: client,
  destination: server4,
  connection: '12',
};

export const commentSeed = latin1(captureComment(metadata));

/** gRPC: five octets in front of each message (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). */
function grpcMessage(text: string): Uint8Array {
  return joinBytes([Uint8Array.of(0, 0, 0, 0, text.length), latin1(text)]);
}

const grpcStream: readonly CaptureEvent[] = new CapturedEvents()
  .headers(
    'request',
    requestFields('POST', '/shop.Shipping/Track', [
      ['content-type', 'application/grpc'],
      ['te', 'trailers'],
    ]),
  )
  .data('request', grpcMessage('\x0a\x05order'))
  .headers('answer', answerFields(200, [['content-type', 'application/grpc']]))
  .data('answer', joinBytes([grpcMessage('\x0a\x03one'), grpcMessage('\x08\x96\x01')]))
  .data('request', grpcMessage('\x12\x04more'))
  .end('request')
  .data('answer', grpcMessage('\x0a\x03two'), 400)
  .trailers('answer', [
    ['grpc-status', '14'],
    ['grpc-message', 'no%20luck'],
  ])
  .end('answer').events;

const post: readonly CaptureEvent[] = new CapturedEvents()
  .headers(
    'request',
    requestFields('POST', '/cart?item=7', [
      ['content-type', 'application/json'],
      ['content-length', '13'],
    ]),
  )
  .data('request', '{"item":"tea"}')
  .end('request')
  .headers(
    'answer',
    answerFields(503, [
      ['content-type', 'text/plain'],
      ['transfer-encoding', 'chunked'],
    ]),
  )
  .data('answer', 'upstream connect error')
  .trailers('answer', [['x-checksum', 'abc']])
  .end('answer', true).events;

export const diameterMessages = [
  message({ hopByHopId: 7, endToEndId: 9 }, [
    ['Session-Id', 'pcef.example;1;2;3'],
    ['Origin-Host', 'pcef.example'],
    ['Origin-Realm', 'example'],
    ['CC-Request-Type', 2],
    ['CC-Request-Number', 1],
    [
      'Multiple-Services-Credit-Control',
      [
        ['Rating-Group', 10],
        ['Used-Service-Unit', [['CC-Total-Octets', 4096n]]],
      ],
    ],
  ]),
  message({ flags: 0x40, hopByHopId: 7, endToEndId: 9 }, [
    ['Session-Id', 'pcef.example;1;2;3'],
    ['Result-Code', 2001],
    ['Origin-Host', 'ocs.example'],
  ]),
] as const;

const diameter: readonly CaptureEvent[] = new CapturedEvents()
  .message('request', 'source', diameterMessages[0])
  .message('answer', 'destination', diameterMessages[1])
  .end('request')
  .end('answer').events;

function synthetic(protocol: CapturedProtocol, events: readonly CaptureEvent[], to = server4): Uint8Array {
  const from = to === server4 ? client : { address: 'fd00::7', port: 40_002 };
  const packets = new ExchangePackets({
    protocol,
    client: from,
    server: to,
    initialSequence: 77,
    buffers: createPacketBuffers(),
  });
  return packets.add(events, true, 0n).slice();
}

const pcaps: readonly Uint8Array[] = [
  synthetic('http/1.1', simpleExchange('/stock/7', 'fourteen', 200)),
  synthetic('http/1.1', post, server),
  synthetic('http/2', post),
  synthetic('http/2', grpcStream, server),
  synthetic('diameter', diameter),
];

/** The same packets as a session file has them, with comments and names. */
function asPcapng(pcap: Uint8Array): Uint8Array {
  const { packets } = readCapture([pcap]);
  return joinBytes([
    sectionHeaderBlock({ application: 'fuzz', operatingSystem: 'Linux' }),
    interfaceBlock(101, 'shop/cart-1'),
    nameBlock([
      ['10.42.0.7', ['cart']],
      ['fd00::9', ['shipping.shop.svc']],
    ]),
    ...packets.map(({ time, data, originalLength }, index) =>
      packetBlock(0, time, data, index === 0 ? [captureComment(metadata)] : [], originalLength),
    ),
  ]);
}

/** A Diameter message in two pieces of I-DATA. */
function interleaved(): readonly Uint8Array[] {
  const bytes = message({ hopByHopId: 9 }, [['Session-Id', 'a;9']]);
  const ends = { fromPort: 40_004, toPort: 3868, stream: 1, message: 0 };
  return [
    interleavedChunk({ ...ends, tsn: 1, word: 46, flags: 2, payload: bytes.subarray(0, 24) }),
    interleavedChunk({ ...ends, tsn: 2, word: 1, flags: 1, payload: bytes.subarray(24) }),
  ].map((packet) => ipPacket('10.0.0.1', '10.0.0.2', 132, packet));
}

/** Ethernet with tags, and IP fragments of both versions; SCTP. */
function fragmented(): Uint8Array {
  const ends = { fromPort: 40_003, toPort: 80, sequence: 1 };
  const text = latin1('GET /fragmented HTTP/1.1\r\nHost: a.example\r\n\r\n');
  const segment = tcpSegment({ ...ends, from: '', to: '', payload: text });
  const parts = pieces(segment, [24]);
  const packets = [['10.0.0.1', '10.0.0.2'] as const, ['fd00::1', 'fd00::2'] as const].flatMap(([from, to]) =>
    parts.map((part, index) =>
      ipPacket(from, to, 6, part, { id: 5, offset: index * 24, more: index < parts.length - 1 }),
    ),
  );
  return joinBytes([
    sectionHeaderBlock({}),
    interfaceBlock(1, 'eth0'),
    ...[...packets, ...interleaved()].map((packet, index) => {
      const type = packet[0]! >>> 4 === 4 ? [0x08, 0x00] : [0x86, 0xdd];
      const frame = Uint8Array.from([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x81, 0, 0, 9, ...type, ...packet]);
      return packetBlock(0, BigInt(index), frame);
    }),
  ]);
}

/** One packet through each kind of tunnel. */
function tunnelled(): Uint8Array {
  const text = latin1('GET /tunnel HTTP/1.1\r\nHost: a.example\r\n\r\n');
  const ends = { from: '', to: '', fromPort: 40_005, toPort: 80, sequence: 1 };
  const inner = ipPacket('10.42.0.1', '10.42.0.2', 6, tcpSegment({ ...ends, payload: text }));
  const ethernet = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0];
  const udp = (port: number) => [0x82, 0x35, port >>> 8, port & 255, 0, 0, 0, 0];
  const headers: readonly (readonly [protocol: number, header: readonly number[]])[] = [
    [4, []],
    [47, [0xb0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1]],
    [17, [...udp(4789), 8, 0, 0, 0, 0, 0, 1, 0, ...ethernet]],
    [17, [...udp(6081), 1, 0, 0x65, 0x58, 0, 0, 1, 0, 1, 2, 3, 4, ...ethernet]],
  ];
  return joinBytes([
    sectionHeaderBlock({}),
    interfaceBlock(101, 'flannel.1'),
    ...headers.map(([protocol, header], index) => {
      const payload = joinBytes([Uint8Array.from(header), inner]);
      return packetBlock(0, BigInt(index), ipPacket('192.168.0.1', '192.168.0.2', protocol, payload));
    }),
  ]);
}

/** What the sides of a capture's first connection sent. */
function streamsOf(protocol: string, pcap: Uint8Array): StreamSeed {
  const { host, conversations } = recordConversations();
  const assembler = createTcpAssembler(host, new MemoryBudget(1e6));
  const network = new NetworkPacket();
  for (const packet of readCapture([pcap]).packets) {
    readIp(packet.data, 0, packet.originalLength, new FragmentTable(), network);
    assembler.segment(network, packet.time, '', null);
  }
  assembler.end();
  return { protocol, client: conversations[0]!.bytes(0), server: conversations[0]!.bytes(1) };
}

const http1Streams: readonly (readonly [client: string, server: string])[] = [
  [
    'GET /a HTTP/1.1\r\nHost: x\r\n\r\nHEAD /b HTTP/1.1\r\nHost: x\r\n\r\nGET /c HTTP/1.1\r\nHost: x\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n',
  ],
  [
    'POST /up HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n5;ext="a"\r\nhello\r\n0\r\nX-Sum: 9\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n',
  ],
  [
    'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x85\x01\x02\x03\x04\x69\x67\x6f\x68\x6e\x88\x80\0\0\0\0',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x05hello\x89\x00\x88\x02\x03\xe8',
  ],
  ['GET / HTTP/1.0\r\nX-Folded: a\r\n  b\r\n\r\n', 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end'],
  [
    'POST /grpc.Web/Call HTTP/1.1\r\nHost: x\r\nContent-Type: application/grpc-web+proto\r\nContent-Length: 7\r\n\r\n\0\0\0\0\x02\x08\x01',
    'HTTP/1.1 200 OK\r\nContent-Type: application/grpc-web+proto\r\nContent-Length: 27\r\n\r\n\0\0\0\0\x02\x08\x02\x80\0\0\0\x0fgrpc-status: 0\n',
  ],
  [
    'CONNECT db:5432 HTTP/1.1\r\nHost: db\r\n\r\n\x00\x00\x00\x08binary',
    'HTTP/1.1 200 Connection established\r\n\r\nN\x00\x01',
  ],
];

/** What connections carry, by the name of the protocol in the registry. */
export const streamSeeds: readonly StreamSeed[] = [
  ...http1Streams.map(([from, to]) => ({ protocol: 'http', client: latin1(from), server: latin1(to) })),
  streamsOf('http2', pcaps[2]!),
  streamsOf('http2', pcaps[3]!),
  streamsOf('diameter', pcaps[4]!),
  {
    protocol: 'grpc',
    client: joinBytes([grpcMessage('\x0a\x05order'), grpcMessage('')]),
    server: joinBytes([grpcMessage('\x0a\x03one'), grpcMessage('\x08\x96\x01')]),
  },
];

/** PDUs as Wireshark exports them, each written in parts first and then whole. */
function exportedPdus({ protocol, client: from, server: to }: StreamSeed): Uint8Array {
  const tag = (number: number, value: readonly number[]) => [0, number, 0, value.length, ...value];
  const pdu = (bytes: Uint8Array, source: number, destination: number) =>
    packetBlock(
      0,
      1n,
      Uint8Array.from([
        ...tag(12, [...latin1(protocol)]),
        ...tag(20, [10, 0, 0, source]),
        ...tag(21, [10, 0, 0, destination]),
        ...tag(0, []),
        ...bytes,
      ]),
    );
  return joinBytes([
    sectionHeaderBlock({}),
    interfaceBlock(252, 'exported'),
    pdu(from.subarray(0, from.length >>> 1), 1, 2),
    pdu(from, 1, 2),
    pdu(to.subarray(0, to.length >>> 1), 2, 1),
    pdu(to, 2, 1),
  ]);
}

/** Whole capture files. */
export const fileSeeds: readonly Uint8Array[] = [
  ...pcaps,
  ...pcaps.map(asPcapng),
  fragmented(),
  tunnelled(),
  ...streamSeeds.map(exportedPdus),
];
