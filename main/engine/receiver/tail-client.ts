import type { Duplex } from 'node:stream';
import type { StreamDocument } from '../../../app/capture/document.ts';
import { createDocumentSplitter } from '../../../app/capture/document-splitter.ts';
import { encodeMessage } from '../../../app/capture/stream-encode.ts';
import { STREAM_VERSION } from '../../../app/capture/stream-messages.ts';
import { parseFromTail } from '../../../app/capture/stream-parse.ts';
import { SilenceWatch } from '../silence-watch.ts';

/** How far a receiver's ring was read; what a later tail goes on from. */
export interface TailPosition {
  /** '' before the first tail. */
  readonly ring: string;
  readonly after: bigint;
}

/** Asks for everything that the ring still holds. */
export const beginning: TailPosition = { ring: '', after: 0n };

export interface TailEvents {
  /** The receiver answered: documents follow. */
  ready(): void;
  /** `position` is where to go on after this document. */
  document(document: StreamDocument, position: TailPosition): void;
  /** Null while there is room for documents; else what resolves when there is again. Nothing is read until then. */
  room?(): Promise<void> | null;
}

/** A receiver that has not answered for so long is not there. Milliseconds. */
const answerLimit = 10_000;
/** A connection on which nothing at all is heard for so long is dead: the hello comes again each second. Milliseconds. */
const silenceLimit = 3_000;

/**
 * Reads a receiver's live tail from `position` on until the stream ends. Resolves with why it ended; the stream is
 * destroyed then.
 */
export function readTail(stream: Duplex, position: TailPosition, events: TailEvents): Promise<string> {
  let { ring, after } = position;
  let greeted = false;
  const splitter = createDocumentSplitter((bytes) => {
    const message = parseFromTail(bytes);
    switch (message.type) {
      case 'hello':
        if (message.version !== STREAM_VERSION) {
          throw new Error(`the receiver speaks version ${message.version} of the live tail, not ${STREAM_VERSION}`);
        }
        if (greeted) return;
        greeted = true;
        silence.limit = silenceLimit;
        if (message.ring !== ring) after = message.first - 1n;
        ring = message.ring;
        events.ready();
        return;
      case 'gap':
        // What it held of captures is known by the numbers of those that follow.
        after = message.to;
        return;
      case 'document':
        // Numbers only grow; one that came before is one sent twice.
        if (message.sequence <= after) return;
        after = message.sequence;
        events.document(message.document, { ring, after });
    }
  });
  const silence = new SilenceWatch(
    answerLimit,
    // As an error, so that the maker of the stream learns that its connection is dead.
    () => stream.destroy(new Error(`nothing was heard from the receiver for ${silence.limit / 1000} seconds`)),
    () => {
      // Who does not listen hears nothing.
      if (stream.isPaused()) silence.heard();
    },
  );
  return new Promise((resolve) => {
    const end = (reason: string) => {
      silence.close();
      stream.destroy();
      resolve(reason);
    };
    stream.on('data', (chunk: Uint8Array) => {
      silence.heard();
      try {
        splitter.push(chunk);
      } catch (error) {
        end(error instanceof Error ? error.message : String(error));
      }
      const room = events.room?.() ?? null;
      if (room === null) return;
      stream.pause();
      void room.then(() => {
        silence.heard();
        stream.resume();
      });
    });
    stream.on('error', (error) => end(error.message));
    stream.on('close', () => end('the receiver closed the connection'));
    stream.on('end', () => end('the receiver ended the connection'));
    stream.write(encodeMessage({ type: 'tail', version: STREAM_VERSION, ring, after }));
  });
}
