/** How much a problem matters: `note` explains, `warning` means something is missing, `error` means it is broken. */
export type Severity = 'note' | 'warning' | 'error';

/**
 * Something wrong or remarkable in what was decoded, kept beside the message that it belongs to. What Wireshark calls
 * expert information. Decoders report problems; they do not throw them.
 */
export interface Problem {
  readonly severity: Severity;
  /** Stable name for tests and filters: `http2.headers.unknown`, `tcp.gap`, `diameter.avp.length`. */
  readonly code: string;
  /** One sentence for a person. */
  readonly text: string;
  /** Byte range `[offset, length]` in what was decoded: a stream's direction, a message or a file. */
  readonly range?: readonly [number, number];
}
