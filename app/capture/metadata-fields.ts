import type { Endpoint } from '../model/endpoint.ts';
import { StreamFormatError } from './document-splitter.ts';
import type { CapturedProtocol, CaptureMetadata, Role } from './metadata.ts';
import type { Fields } from './stream-fields.ts';

const ROLES: readonly Role[] = ['consumer', 'producer'];
const PROTOCOLS: readonly CapturedProtocol[] = ['http/1.0', 'http/1.1', 'http/2', 'http/3', 'diameter', 'tcp'];

/** Metadata out of untrusted fields, of a BSON document or of JSON. Unknown fields are left out; throws `StreamFormatError`. */
export function parseMetadata(fields: Fields): CaptureMetadata {
  const version = fields.integer('version');
  if (version !== 1) throw new StreamFormatError(`metadata of version ${version} is not known here, only version 1`);
  const pod = fields.document('pod');
  const cut = fields.has('cut') ? fields.document('cut') : null;
  return {
    version,
    id: fields.text('id'),
    role: fields.oneOf('role', ROLES),
    pod: {
      namespace: pod.text('namespace'),
      pod: pod.text('pod'),
      service: pod.text('service'),
      workload: pod.text('workload'),
      node: pod.text('node'),
      serviceAccount: pod.text('serviceAccount'),
    },
    protocol: fields.oneOf('protocol', PROTOCOLS),
    source: parseEndpoint(fields.document('source')),
    destination: parseEndpoint(fields.document('destination')),
    ...(fields.has('upstream') ? { upstream: parseEndpoint(fields.document('upstream')) } : {}),
    ...(fields.has('upstreamCluster') ? { upstreamCluster: fields.text('upstreamCluster') } : {}),
    connection: fields.text('connection'),
    ...(fields.has('responseCodeDetails') ? { responseCodeDetails: fields.text('responseCodeDetails') } : {}),
    ...(fields.has('responseFlags') ? { responseFlags: fields.text('responseFlags') } : {}),
    ...(fields.has('redacted') ? { redacted: fields.texts('redacted') } : {}),
    ...(cut
      ? {
          cut: {
            ...(cut.has('request') ? { request: cut.integer('request') } : {}),
            ...(cut.has('answer') ? { answer: cut.integer('answer') } : {}),
          },
        }
      : {}),
    ...(fields.has('reset') && fields.boolean('reset') ? { reset: true } : {}),
    ...(fields.has('lostParts') ? { lostParts: fields.integer('lostParts') } : {}),
  };
}

function parseEndpoint(fields: Fields): Endpoint {
  return { address: fields.text('address'), port: fields.integer('port') };
}
