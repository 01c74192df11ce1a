import type { Direction, Header, Nanoseconds } from '../../model/exchange.ts';
import type { Problem } from '../../model/problem.ts';
import type { HeaderSection } from './header-section.ts';
import type { RequestLine, StatusLine } from './start-line.ts';

/** How the body of a message is delimited. RFC 9112 section 6.3. */
export type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  /** To the end of the connection: answers without a length, tunnels, WebSocket. */
  | { readonly kind: 'close' }
  /** The reader stops: the bytes that follow belong to another protocol. */
  | { readonly kind: 'stop' };

/** Who is told what the reader finds. Between `head` and `ended` comes all else of one message. */
export interface MessageListener {
  head(direction: Direction, line: RequestLine | StatusLine, section: HeaderSection, times: HeadTimes): Framing;
  body(direction: Direction, bytes: Uint8Array, time: Nanoseconds): void;
  /** Bytes of the body are missing from the capture; 0 when it is not known how many. */
  lost(direction: Direction, length: number, time: Nanoseconds): void;
  trailers(direction: Direction, headers: Header[]): void;
  messageEnded(direction: Direction, end: MessageEnd, time: Nanoseconds): void;
  problem(direction: Direction, problem: Problem): void;
}

/**
 * `complete`: its end was found where the framing says, or the connection ended as it may. `cut`: its header section was not
 * captured to its end, so that nothing is known of its body.
 */
export type MessageEnd = 'complete' | 'incomplete' | 'cut';

/** When the first and the last byte of a header section came. */
export interface HeadTimes {
  readonly start: Nanoseconds;
  readonly end: Nanoseconds;
}
