import { setImmediate } from 'node:timers/promises';
import { decodeContent } from '../../../app/decode/content/content-codings.ts';
import { headerValue } from '../../../app/flows/status.ts';
import { createHarWriter } from '../../../app/formats/har/har-writer.ts';
import { flowDetail, fullerExchange } from '../api/flow-detail.ts';
import { RequestError } from '../api/request-error.ts';
import { nodeContentCodings } from '../content-codings.ts';
import { diameterDictionary } from '../diameter-dictionary.ts';
import { readBody } from '../store/read-body.ts';
import { replaceFile } from '../store/replace-file.ts';
import { version } from '../version.ts';
import type { SaveWatch } from './saving.ts';
import type { Session } from './session.ts';

/** Most of one body that is written, content coding undone. Bytes. */
const maximumBody = 16 << 20;
/** Flows looked at in one turn of the event loop. */
const turn = 200;
/** How long writing keeps the engine from answering. Milliseconds. */
const sliceTime = 8;

/** What was written. */
export interface SavedHar {
  /** Entries: flows that match and are HTTP. */
  readonly flows: number;
  readonly bytes: number;
}

/**
 * Writes the flows that match as HAR 1.2, bodies with their content coding undone. Flows of other protocols than HTTP are
 * left out.
 * @throws InvalidFilter
 * @throws RequestError when the file cannot be written
 * @throws AbortError when it is cancelled
 */
export async function saveHar(session: Session, filter: string, path: string, watch: SaveWatch): Promise<SavedHar> {
  if (path === session.path) throw new RequestError('file.same', 'This is the open file itself: choose another name.');
  await session.flush();
  const { spill } = session;
  const view = session.flows.index.query(filter, { column: 'id', descending: false });
  while (view.advance(turn) > 0) {
    await setImmediate();
    watch.signal.throwIfAborted();
  }
  // What comes while it is written is not in it.
  const ids = view.ids(0, view.matching);
  let flows = 0;
  const bytes = await replaceFile(path, async (file) => {
    const encoder = new TextEncoder();
    const writer = createHarWriter((text) => file.write(encoder.encode(text)), { name: 'Packet Inspector', version });
    let sliceStart = performance.now();
    for (const [at, id] of ids.entries()) {
      const detail = flowDetail(id, { flows: session.flows, spill, dictionary: diameterDictionary() });
      const requestBody = await bodyOf(session, id, 'request');
      const answerBody = await bodyOf(session, id, 'answer');
      if (writer.add({ detail, requestBody, answerBody })) flows++;
      if (performance.now() - sliceStart < sliceTime) continue;
      watch.progress(at, ids.length);
      await setImmediate();
      watch.signal.throwIfAborted();
      sliceStart = performance.now();
    }
    writer.end();
  });
  return { flows, bytes };
}

async function bodyOf(session: Session, id: number, side: 'request' | 'answer'): Promise<Uint8Array> {
  const message = fullerExchange(session.flows.observations(id), side)?.[side] ?? null;
  if (message?.kind !== 'http' || message.body.stored === 0) return new Uint8Array(0);
  const stored = readBody(session.spill, message.body, 0, maximumBody);
  const coding = headerValue(message.headers, 'content-encoding');
  return coding === '' ? stored : (await decodeContent(stored, coding, nodeContentCodings, maximumBody)).bytes;
}
