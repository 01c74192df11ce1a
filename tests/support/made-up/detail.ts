import type {
  AvpDetail,
  DiameterDetail,
  FlowDetail,
  FlowRow,
  HttpDetail,
  ObservationDetail,
} from '../../../app/api/types.ts';
import type { Party } from '../../../app/model/flow.ts';
import { madeUpFlow } from './flows.ts';

const decoder = new TextEncoder();

/** Body of an answer, by what the path says: an image, a long JSON list, or a short object. */
export function madeUpBody(
  row: FlowRow,
  side: 'request' | 'answer',
): { kind: string; mediaType: string; bytes: Uint8Array } {
  if (row.target.endsWith('.jpg')) return { kind: 'image', mediaType: 'image/gif', bytes: onePixel };
  if (row.protocol === 'Diameter')
    return { kind: 'hex', mediaType: '', bytes: new Uint8Array(620).map((_, at) => at % 251) };
  const products = Array.from({ length: row.target.startsWith('/products?') ? 4_000 : 2 }, (_, index) => ({
    id: `OLJCESPC${index}`,
    name: 'Sunglasses',
    price: { currency: 'EUR', units: 19, nanos: 990_000_000 },
    inStock: index % 3 !== 0,
    note: null,
  }));
  const value = side === 'request' ? { address: { city: 'Tokyo', zip: 1_000_001 } } : { products };
  return { kind: 'json', mediaType: 'application/json', bytes: decoder.encode(JSON.stringify(value)) };
}

export function madeUpDetail(id: number): FlowDetail {
  const row = madeUpFlow(id);
  const answered = row.state !== 'open';
  return {
    row,
    request: row.protocol === 'Diameter' ? diameterSide(row, true) : httpSide(row, true),
    answer: row.protocol === 'Diameter' ? diameterSide(row, false) : httpSide(row, false),
    informational: [],
    observations:
      row.vantage === 'both'
        ? [observation(row, 'consumer'), observation(row, 'producer')]
        : [observation(row, 'consumer')],
    notes:
      row.vantage !== 'both' && answered
        ? [
            "The application never answered: the producer's side saw no such call. The consumer's proxy gave up after 1 s.",
          ]
        : [],
    problems: row.cut
      ? [{ severity: 'note', code: 'capture.cut', text: 'The body was cut at 64 kB; 84.6 kB went by.' }]
      : row.lossy
        ? [
            {
              severity: 'warning',
              code: 'tcp.gap',
              text: '1,448 bytes of the answer are missing.',
              range: [2_896, 1_448],
            },
          ]
        : [],
  };
}

function httpSide(row: FlowRow, request: boolean): HttpDetail {
  const grpc = row.protocol === 'gRPC';
  const body = madeUpBody(row, request ? 'request' : 'answer');
  const start = row.time + (request ? 0 : (row.duration ?? 5) * 0.9);
  const path = grpc ? `/${row.target}` : row.target;
  const headers = request
    ? [
        { name: ':authority', value: `${row.host}:50051` },
        { name: 'content-type', value: grpc ? 'application/grpc' : 'application/json' },
        { name: 'x-request-id', value: row.requestId },
        { name: 'authorization', value: '[redacted]' },
        { name: 'user-agent', value: 'grpc-node-js/1.14.7 a-rather-long-agent-text/that-wraps (and more of it)' },
      ]
    : [
        { name: ':status', value: grpc ? '200' : (row.status?.text ?? '') },
        { name: 'content-type', value: body.mediaType },
        { name: 'server', value: 'envoy' },
      ];
  const trailers =
    grpc && !request && row.status
      ? [
          { name: 'grpc-status', value: `${row.status.code}` },
          { name: 'grpc-message', value: row.status.error ? 'upstream connect error: connection timeout' : '' },
        ]
      : [];
  return {
    kind: 'http',
    startLine: request ? `${grpc ? 'POST' : row.method} ${path} HTTP/2` : `HTTP/2 ${grpc ? 200 : row.status?.text}`,
    headers,
    trailers,
    stored: body.bytes.length,
    length: request ? row.requestSize : Math.max(row.answerSize, body.bytes.length),
    contentType: body.mediaType,
    contentEncoding: '',
    complete: row.state === 'complete',
    startTime: start,
    endTime: start + 0.4,
  };
}

function diameterSide(row: FlowRow, request: boolean): DiameterDetail {
  const avps = [
    avp(263, 'Session-Id', 'UTF8String', row.sessionId, 20),
    avp(264, 'Origin-Host', 'DiameterIdentity', 'pcef-0.epc', 56),
    avp(416, 'CC-Request-Type', 'Enumerated', 'UPDATE_REQUEST (2)', 76),
    ...(request ? [] : [avp(268, 'Result-Code', 'Unsigned32', row.status?.text ?? '', 88)]),
    {
      ...avp(456, 'Multiple-Services-Credit-Control', 'Grouped', '', 100),
      children: [
        avp(432, 'Rating-Group', 'Unsigned32', '100', 108),
        {
          ...avp(446, 'Used-Service-Unit', 'Grouped', '', 120),
          children: [avp(421, 'CC-Total-Octets', 'Unsigned64', '1048576', 128)],
        },
      ],
    },
  ];
  return {
    kind: 'diameter',
    command: `Credit-Control-${request ? 'Request' : 'Answer'} (272)`,
    application: 'Diameter Credit Control (4)',
    flags: request ? ['Request', 'Proxiable'] : ['Proxiable'],
    hopByHopId: 0x1f2e3d4c,
    endToEndId: 0x00a1b2c3,
    avps,
    stored: 620,
    length: request ? row.requestSize : row.answerSize,
    startTime: row.time + (request ? 0 : (row.duration ?? 0)),
    endTime: row.time + (request ? 0.1 : (row.duration ?? 0)),
  };
}

function avp(code: number, name: string, type: string, value: string, offset: number): AvpDetail {
  return { code, vendorId: 0, name, vendor: '', mandatory: true, type, value, children: [], range: [offset, 20] };
}

function observation(row: FlowRow, vantage: 'consumer' | 'producer'): ObservationDetail {
  const skew = vantage === 'consumer' ? 0 : 3.2;
  const share = vantage === 'consumer' ? 1 : 0.8;
  const start = row.time + skew + (row.duration ?? 2) * (1 - share) * 0.5;
  const end = row.duration === null ? null : start + row.duration * share;
  const party: Party = vantage === 'consumer' ? row.source : row.destination;
  return {
    vantage,
    pod: party,
    source: row.source,
    destination: row.destination,
    upstream: { address: row.destination.address, port: row.destination.port },
    upstreamCluster: `outbound|8080||${row.host}.shop.svc.cluster.local`,
    protocol: row.protocol === 'HTTP/1.1' ? 'http/1.1' : 'http/2',
    connection: '4711',
    responseCodeDetails: row.status?.error
      ? 'upstream_reset_before_response_started{connection_timeout}'
      : 'via_upstream',
    responseFlags: row.status?.error ? 'UF' : '',
    requestStart: start,
    requestEnd: start + 0.3,
    answerStart: end === null ? null : end - 0.2,
    answerEnd: end,
    state: row.state,
    captureId: `${party.namespace}/${party.pod}/1/${row.id}`,
    redacted: ['authorization'],
  };
}

/** A GIF of one pixel. */
const onePixel = Uint8Array.from([
  71, 73, 70, 56, 57, 97, 1, 0, 1, 0, 128, 0, 0, 91, 157, 255, 0, 0, 0, 44, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 68, 1, 0,
  59,
]);
