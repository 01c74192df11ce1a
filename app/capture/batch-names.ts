import {
  DROP_BODY,
  DROP_EXCHANGE,
  DROP_MESSAGE,
  DROP_PART,
  MODE_DIAMETER,
  MODE_HTTP,
  NODE_NAMESPACE,
  NODE_NODE_NAME,
  NODE_POD,
  NODE_SERVICE,
  NODE_SERVICE_ACCOUNT,
  NODE_WORKLOAD,
  PROTOCOL_DIAMETER,
  PROTOCOL_HTTP_1_0,
  PROTOCOL_HTTP_1_1,
  PROTOCOL_HTTP_2,
  PROTOCOL_HTTP_3,
  PROTOCOL_TCP,
  REASON_INCOMPLETE,
  REASON_MEMORY,
  REASON_NOT_DIAMETER,
  REASON_REFUSED,
  ROLE_CONSUMER,
  ROLE_PRODUCER,
} from './batch-tags.ts';

/** What the numbers of the wire format are called in `CaptureBatch`. Decoder and encoder share these tables. */
export const NODE_FIELDS = [
  [NODE_POD, 'pod'],
  [NODE_NAMESPACE, 'namespace'],
  [NODE_WORKLOAD, 'workload'],
  [NODE_SERVICE_ACCOUNT, 'serviceAccount'],
  [NODE_NODE_NAME, 'nodeName'],
  [NODE_SERVICE, 'service'],
] as const;

export const MODES = [
  [MODE_HTTP, 'http'],
  [MODE_DIAMETER, 'diameter'],
] as const;

export const ROLES = [
  [ROLE_PRODUCER, 'producer'],
  [ROLE_CONSUMER, 'consumer'],
] as const;

export const PROTOCOLS = [
  [PROTOCOL_TCP, 'tcp'],
  [PROTOCOL_HTTP_1_0, 'http/1.0'],
  [PROTOCOL_HTTP_1_1, 'http/1.1'],
  [PROTOCOL_HTTP_2, 'http/2'],
  [PROTOCOL_HTTP_3, 'http/3'],
  [PROTOCOL_DIAMETER, 'diameter'],
] as const;

export const DROP_KIND_NAMES = [
  [DROP_EXCHANGE, 'exchange'],
  [DROP_PART, 'part'],
  [DROP_MESSAGE, 'message'],
  [DROP_BODY, 'body'],
] as const;

export const DROP_REASON_NAMES = [
  [REASON_MEMORY, 'memory budget'],
  [REASON_REFUSED, 'refused by the aggregator'],
  [REASON_NOT_DIAMETER, 'not Diameter'],
  [REASON_INCOMPLETE, 'incomplete'],
] as const;

export function nameOf<Name>(table: readonly (readonly [number, Name])[], code: number): Name | undefined {
  for (const [number, name] of table) if (number === code) return name;
  return undefined;
}

export function codeOf<Name>(table: readonly (readonly [number, Name])[], name: Name): number {
  for (const [number, candidate] of table) if (candidate === name) return number;
  throw new RangeError(`no number for ${String(name)} in the batch format`);
}
