import type { Exchange, HttpMessage, Nanoseconds } from '../../model/exchange.ts';
import { addProblem } from '../http/exchange.ts';

/** An exchange and how far its two messages are. */
export interface Call {
  readonly exchange: Exchange;
  readonly request: HttpMessage | null;
  requestEnded: boolean;
  answerEnded: boolean;
}

/** Requests that may wait for their answers on one connection; the oldest gives way. */
const MAX_WAITING = 1000;

/**
 * Calls without a final answer, oldest first. HTTP/1 answers in the order of the requests (RFC 9112 section 9.3.2); where
 * parts of the capture are missing, the times tell which requests will not see theirs.
 */
export class WaitingCalls {
  private readonly calls: Call[] = [];
  /** Bytes are missing since the last match, so the number of requests and of answers may differ. */
  private outOfStep = false;
  /** So many of the calls, from the first, were there before requests went missing: theirs are the next answers all the same. */
  private inStep = 0;
  /** A request was sent before the answer to the one before it: then times tell nothing. */
  private pipelining = false;

  get all(): readonly Call[] {
    return this.calls;
  }

  get first(): Call | null {
    return this.calls[0] ?? null;
  }

  /** Adds a call and returns the one that has to give way to it, if any. */
  add(call: Call): Call | null {
    this.calls.push(call);
    if (this.calls.length <= MAX_WAITING) return null;
    this.inStep = Math.max(0, this.inStep - 1);
    return this.calls.shift()!;
  }

  /** Bytes of requests or of answers are missing. The answers to requests that were seen before lost ones still come first. */
  bytesLost(of: 'requests' | 'answers'): void {
    if (of === 'answers') this.inStep = 0;
    else if (!this.outOfStep) this.inStep = this.calls.length;
    if (this.calls.length > 1 && !this.outOfStep) this.pipelining = true;
    this.outOfStep = true;
  }

  /**
   * Takes the call that an answer beginning at `time` belongs to; null when there is none. Calls whose answers must have
   * been lost go to `unanswered`.
   */
  take(time: Nanoseconds, unanswered: (call: Call) => void): Call | null {
    if (this.inStep > 0) {
      this.inStep--;
      return this.calls.shift() ?? null;
    }
    if (this.outOfStep && !this.pipelining) {
      while (this.calls.length > 1 && (this.calls[1]!.request?.startTime ?? time) < time) {
        const call = this.calls.shift()!;
        addProblem(call.exchange.problems, 'warning', 'http.answer.lost', 'The answer is missing from the capture.');
        unanswered(call);
      }
    } else if ((this.calls[1]?.request?.startTime ?? time) < time) {
      this.pipelining = true;
    }
    const call = this.calls.shift() ?? null;
    if (call !== null && this.outOfStep && this.pipelining) {
      const text =
        'Requests or answers are missing from the capture: with pipelining, this may be the answer to another request.';
      addProblem(call.exchange.problems, 'warning', 'http.answer.uncertain', text);
    } else if (call !== null) this.outOfStep = false;
    return call;
  }
}
