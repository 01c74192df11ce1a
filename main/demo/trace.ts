import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Metadata } from '@grpc/grpc-js';

/** Header fields that a service passes on to what it calls, so that one user action can be followed. */
const passedOn = ['x-request-id', 'traceparent'] as const;

/** Trace headers for the calls that serve an incoming request: same trace, a span of this service's own. */
export function passTrace(incoming: IncomingHttpHeaders): Record<string, string> {
  const outgoing: Record<string, string> = {};
  for (const name of passedOn) {
    const value = incoming[name];
    if (typeof value === 'string') outgoing[name] = value;
  }
  if (outgoing.traceparent) outgoing.traceparent = childSpan(outgoing.traceparent);
  return outgoing;
}

/** A new trace, as a client without parent begins it. https://www.w3.org/TR/trace-context/ */
export function newTraceparent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}

function childSpan(traceparent: string): string {
  const [version, trace, , flags] = traceparent.split('-');
  return `${version}-${trace}-${randomBytes(8).toString('hex')}-${flags}`;
}

export function traceMetadata(headers: Record<string, string>): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}
