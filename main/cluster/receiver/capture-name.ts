import { u32be } from '../../../app/bytes/integers.ts';
import type { CaptureDocument, CaptureEvent } from '../../../app/capture/document.ts';
import type { FileNameForm } from '../../../app/capture/file-names.ts';

/** Longest part of a name that comes from outside; names stay below the 255 bytes of file systems. */
const LONGEST_POD = 100;
const LONGEST_REQUEST = 64;

/**
 * Name of a capture's files, without extension. Diameter as Packet Inspector 1 names them:
 * `<pod>-<end-to-end id>-<hop-by-hop id>-<timestamp>`. HTTP in the same manner: `<pod>-<role>-<timestamp>` in the form `am2`,
 * `<pod>-<role>-<x-request-id>-<timestamp>` in the form `am3`, with the number of the VM instance and its stream where there is
 * no x-request-id. The timestamp is that of the first event, in nanoseconds.
 */
export function captureName(document: CaptureDocument, form: FileNameForm): string {
  const { metadata, events } = document;
  const pod = safe(metadata.pod.pod, LONGEST_POD) || 'unknown';
  const time = events[0]?.time ?? 0n;
  const message = events.find((event) => event.kind === 'message');
  if (message && message.bytes.length >= 20) {
    // RFC 6733 section 3: hop-by-hop identifier, then end-to-end identifier.
    return `${pod}-${u32be(message.bytes, 16)}-${u32be(message.bytes, 12)}-${time}`;
  }
  if (form === 'am2') return `${pod}-${metadata.role}-${time}`;
  const request =
    safe(requestId(events), LONGEST_REQUEST) || safe(metadata.id.split('/').slice(2).join('-'), LONGEST_REQUEST);
  return `${pod}-${metadata.role}-${request}-${time}`;
}

function requestId(events: readonly CaptureEvent[]): string {
  for (const event of events) {
    if (event.kind !== 'headers' || event.side !== 'request') continue;
    return event.headers.find(([name]) => name === 'x-request-id')?.[1] ?? '';
  }
  return '';
}

/** Only what is harmless in a file name everywhere; a name begins with neither a dot nor a dash. */
function safe(text: string, longest: number): string {
  return text
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[.-]+/, '')
    .slice(0, longest);
}
