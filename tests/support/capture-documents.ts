import type { CaptureDocument, CaptureEvent } from '../../app/capture/document.ts';
import type { CaptureMetadata, Role } from '../../app/capture/metadata.ts';
import { ClientPorts } from '../../app/synth/client-ports.ts';
import { createPacketBuffers, ExchangePackets } from '../../app/synth/exchange-packets.ts';
import { podNamed } from './exchanges.ts';

const buffers = createPacketBuffers();
const ports = new ClientPorts();
const consumerAddress = '10.42.0.11';
const producerAddress = '10.42.1.12';
const serviceAddress = '10.96.0.12';
/** Nanoseconds since the epoch of call 0; each call begins a millisecond after the one before. */
const epoch = 1_790_000_000_000_000_000n;
const encoder = new TextEncoder();

function eventsOf(number: number, role: Role): CaptureEvent[] {
  const start = epoch + BigInt(number) * 1_000_000n + (role === 'producer' ? 100_000n : 0n);
  const end = start + (role === 'producer' ? 300_000n : 600_000n);
  const body = encoder.encode(JSON.stringify({ number, products: ['OLJCESPC7Z', '66VCHSJNUP'], total: 42.5 }));
  return [
    {
      kind: 'headers',
      side: 'request',
      time: start,
      headers: [
        [':authority', 'catalog.shop.svc.cluster.local:8080'],
        [':path', `/products/${number}?limit=20`],
        [':method', 'GET'],
        [':scheme', 'http'],
        ['user-agent', 'storefront/2.4'],
        ['accept', 'application/json'],
        ['x-forwarded-proto', 'http'],
        ['x-request-id', `9f1c2a70-6f0d-4b55-${String(number).padStart(12, '0')}`],
        ['traceparent', `00-${number.toString(16).padStart(32, '1')}-00f067aa0ba902b7-01`],
      ],
    },
    { kind: 'end', side: 'request', time: start, reset: false },
    {
      kind: 'headers',
      side: 'answer',
      time: end,
      headers: [
        [':status', number % 50 === 0 ? '503' : '200'],
        ['content-type', 'application/json'],
        ['content-length', String(body.length)],
        ['server', 'envoy'],
        ['x-envoy-upstream-service-time', '1'],
      ],
    },
    { kind: 'data', side: 'answer', time: end, bytes: body, length: body.length },
    { kind: 'end', side: 'answer', time: end, reset: false },
  ];
}

function documentOf(number: number, role: Role): CaptureDocument {
  const events = eventsOf(number, role);
  const consumer = role === 'consumer';
  const source = { address: consumerAddress, port: 40_000 };
  const destination = { address: consumer ? serviceAddress : producerAddress, port: 8080 };
  const pair = `${source.address} ${destination.address}`;
  const port = ports.take(pair, destination.port, role);
  const packets = new ExchangePackets({
    protocol: 'http/1.1',
    client: { ...source, port },
    server: destination,
    initialSequence: number,
    buffers,
  });
  const metadata: CaptureMetadata = {
    version: 1,
    id: `shop/${role}/1/${number}`,
    role,
    pod: podNamed(consumer ? 'frontend' : 'catalog'),
    protocol: 'http/1.1',
    source,
    destination,
    upstream: { address: producerAddress, port: 8080 },
    upstreamCluster: consumer ? 'outbound|8080||catalog.shop.svc.cluster.local' : 'inbound|8080||',
    connection: '1',
    responseCodeDetails: 'via_upstream',
    responseFlags: '',
  };
  const pcap = packets.add(events, true, events.at(-1)!.time);
  ports.release(pair, port);
  return { type: 'capture', part: 0, final: true, metadata, events: [], pcap };
}

/** What the receiver's ring holds of one call: the producer's and the consumer's observation. */
export function callDocuments(number: number): CaptureDocument[] {
  return [documentOf(number, 'producer'), documentOf(number, 'consumer')];
}
