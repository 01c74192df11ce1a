import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { CaptureBatch, ProxyNode } from '../../../app/capture/batch.ts';
import { decodeBatch } from '../../../app/capture/decode-batch.ts';
import { errorText, type Log } from '../../log.ts';
import type { Workload } from '../../tls/peer-names.ts';
import type { Taking } from './core.ts';

export type AnyRequest = IncomingMessage | Http2ServerRequest;
export type AnyResponse = ServerResponse | Http2ServerResponse;

export interface BatchHandlerOptions {
  /** Longest batch, in bytes. */
  readonly maximumBatch: number;
  /** Bytes of batches that may be on their way in at once. */
  readonly maximumInFlight: number;
  /** How long a batch may take to come, in milliseconds: what has come of it takes room that others want. */
  readonly maximumTime: number;
  readonly take: (batch: CaptureBatch) => Taking;
  /** Resolves when what was taken so far is safe, or safe enough. */
  readonly settled: () => Promise<void>;
  /** No room for what batches carry: only small ones (heartbeats) are taken. */
  readonly full: () => boolean;
  readonly log: Log;
}

export interface IntakeCounts {
  taken: number;
  busy: number;
  tooLarge: number;
  malformed: number;
  /** Of another pod than the certificate's. */
  foreign: number;
  tooSlow: number;
  notFound: number;
}

const PATH = '/v1/batches';
/** A batch of up to this size is taken even when there is no room: it says that a filter is alive, and what it dropped. */
const SMALL_BATCH = 1024;
const LOG_EVERY = 10_000;
/** A namespace and an account, each of up to 253 characters. */
const LONGEST_NAME = 507;

/** Answers `POST /v1/batches` as docs/capture-batch.md says: 200 taken, 403 not wanted, 429 come again, any other never taken. */
export function createBatchHandler(options: BatchHandlerOptions): {
  /** `sender`: whose certificate the connection has; null in plaintext. */
  handle(request: AnyRequest, response: AnyResponse, sender: Workload | null): void;
  readonly counts: IntakeCounts;
} {
  const { maximumBatch, maximumInFlight, maximumTime, take, settled, full, log } = options;
  const counts: IntakeCounts = {
    taken: 0,
    busy: 0,
    tooLarge: 0,
    malformed: 0,
    foreign: 0,
    tooSlow: 0,
    notFound: 0,
  };
  let inFlight = 0;
  let lastLogged = 0;

  function complain(message: string, reason: string, count: number): void {
    const now = Date.now();
    if (now - lastLogged <= LOG_EVERY) return;
    lastLogged = now;
    log.warning(message, { reason, count });
  }

  function answer(response: AnyResponse, status: number, text = ''): void {
    response.statusCode = status;
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    response.end(text);
  }

  /** Reads the rest of a request into nothing, so that the connection serves the next. */
  function refuse(request: AnyRequest, response: AnyResponse, status: number, text: string): void {
    answer(response, status, text);
    request.resume();
  }

  /**
   * Answers only when all of the batch is there: bytes that come for a stream that was answered before count as an
   * offence in HTTP/2, and Node closes the whole connection after 1,000 of them.
   */
  function busy(request: AnyRequest, response: AnyResponse): void {
    counts.busy++;
    request.on('end', () => answer(response, 429, 'no room, come again later\n'));
    request.resume();
  }

  function tooLarge(request: AnyRequest, response: AnyResponse): void {
    counts.tooLarge++;
    refuse(request, response, 413, `a batch is longer than ${maximumBatch} bytes\n`);
  }

  function malformed(response: AnyResponse, reason: string): void {
    counts.malformed++;
    complain('a batch cannot be read', reason, counts.malformed);
    answer(response, 400, `${reason}\n`);
  }

  function whole(bytes: Uint8Array, response: AnyResponse, sender: Workload | null): void {
    const batch = decodeBatch(bytes);
    if ('error' in batch) {
      malformed(response, `${batch.error} (at byte ${batch.offset})`);
      return;
    }
    const mismatch = sender === null ? '' : otherThan(sender, batch.node);
    if (mismatch !== '') {
      counts.foreign++;
      complain('a batch is of another pod than its sender', mismatch, counts.foreign);
      answer(response, 400, `${mismatch}\n`);
      return;
    }
    try {
      if (take(batch) === 'unwanted') {
        answer(response, 403, 'this pod is not to be captured\n');
        return;
      }
    } catch (error) {
      // What went wrong with one batch would go wrong again: it is not asked for a second time.
      malformed(response, errorText(error));
      return;
    }
    counts.taken++;
    let gone = false;
    response.on('close', () => {
      gone = true;
    });
    void settled().then(() => {
      if (!gone) answer(response, 200);
    });
  }

  function read(request: AnyRequest, response: AnyResponse, sender: Workload | null): void {
    const chunks: Uint8Array[] = [];
    let length = 0;
    let done = false;
    const stop = () => {
      clearTimeout(timer);
      inFlight -= length;
      length = 0;
      chunks.length = 0;
      done = true;
    };
    const timer = setTimeout(() => {
      stop();
      counts.tooSlow++;
      // Not answered: as for any other that is lost on its way, the filter comes again with it.
      if ('stream' in request) request.stream.close(constants.NGHTTP2_CANCEL);
      else request.destroy();
    }, maximumTime);
    request.on('data', (chunk: Uint8Array) => {
      if (done) return;
      chunks.push(chunk);
      length += chunk.length;
      inFlight += chunk.length;
      if (length <= maximumBatch && inFlight <= maximumInFlight) return;
      const long = length > maximumBatch;
      stop();
      if (long) tooLarge(request, response);
      else busy(request, response);
    });
    request.on('end', () => {
      if (done) return;
      const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      stop();
      whole(bytes, response, sender);
    });
    request.on('close', () => {
      if (!done) stop();
    });
    request.on('error', () => {});
  }

  return {
    counts,
    handle(request, response, sender) {
      if (request.method !== 'POST' || request.url !== PATH) {
        counts.notFound++;
        refuse(request, response, 404, `only POST ${PATH} is answered here\n`);
        return;
      }
      const announced = Number(request.headers['content-length'] ?? 0);
      if (announced > maximumBatch) tooLarge(request, response);
      else if (announced > SMALL_BATCH && (full() || inFlight + announced > maximumInFlight)) busy(request, response);
      else read(request, response, sender);
    },
  };
}

/** Why a batch does not belong to its sender; '' when it does. What it leaves unsaid about itself is accepted. */
function otherThan({ namespace, serviceAccount }: Workload, node: ProxyNode): string {
  const isOwn =
    (node.namespace === '' || node.namespace === namespace) &&
    (node.serviceAccount === '' || node.serviceAccount === serviceAccount);
  if (isOwn) return '';
  const said = `${node.namespace}/${node.serviceAccount}`.slice(0, LONGEST_NAME);
  return `the certificate is of ${namespace}/${serviceAccount}, the batch says ${said}`;
}
