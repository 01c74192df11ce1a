import { setImmediate } from 'node:timers/promises';
import type { Order } from '../../../app/api/types.ts';
import { createDissector } from '../../../app/assemble/dissector.ts';
import { RequestError } from '../api/request-error.ts';
import { type Replacement, replaceFile } from '../store/replace-file.ts';
import { type PacketWriter, packetWriters } from './packet-writers.ts';
import { readCapture } from './read-capture.ts';
import type { SaveWatch } from './saving.ts';
import type { Session } from './session.ts';

/** What was written. */
export interface SavedFile {
  readonly path: string;
  readonly flows: number;
  readonly bytes: number;
  /** TCP ports of servers, by what they speak: what Wireshark has to be told. */
  readonly ports: ServerPorts;
}

export interface ServerPorts {
  readonly http2: readonly number[];
  readonly diameter: readonly number[];
}

const byArrival: Order = { column: 'id', descending: false };
/** Flows looked at in one turn of the event loop. */
const turn = 5_000;

interface Selection {
  /** Numbers of the conversations; null for all packets. */
  readonly streams: ReadonlySet<number> | null;
  readonly flows: number;
  readonly ports: ServerPorts;
}

async function select(session: Session, filter: string, signal: AbortSignal): Promise<Selection> {
  const view = session.flows.index.query(filter, byArrival);
  while (view.advance(turn) > 0) {
    await setImmediate();
    signal.throwIfAborted();
  }
  const streams = new Set<number>();
  const http2 = new Set<number>();
  const diameter = new Set<number>();
  const flows = view.matching;
  for (let offset = 0; offset < flows; offset += turn) {
    for (const id of view.ids(offset, turn)) {
      for (const { stream, port, speaks } of session.flows.conversations(id)) {
        streams.add(stream);
        if (speaks === 'diameter') diameter.add(port);
        else if (speaks === 'http2') http2.add(port);
      }
    }
    await setImmediate();
    signal.throwIfAborted();
  }
  return {
    streams: filter.trim() === '' ? null : streams,
    flows,
    ports: { http2: [...http2], diameter: [...diameter] },
  };
}

/**
 * Writes the packets of the session, or of the conversations that matching flows were seen in, as `begin` says: pcapng when left out. What was at
 * `path` is replaced only when all is written.
 * @throws InvalidFilter
 * @throws RequestError when the file cannot be written
 * @throws AbortError when it is cancelled
 */
export async function saveSession(
  session: Session,
  filter: string,
  path: string,
  watch: SaveWatch,
  begin: (file: Replacement) => PacketWriter = packetWriters.pcapng,
): Promise<SavedFile> {
  if (path === session.path)
    throw new RequestError('file.same', 'This is the session file itself: choose another name.');
  await session.flush();
  const { streams, flows, ports } = await select(session, filter, watch.signal);
  const bytes = await replaceFile(path, (file) => copyPackets(session.path, streams, begin(file), watch));
  return { path, flows, bytes, ports };
}

/** Reads the packets again and counts conversations as they were counted the first time. */
async function copyPackets(
  from: string,
  streams: ReadonlySet<number> | null,
  writer: PacketWriter,
  watch: SaveWatch,
): Promise<void> {
  const nothing = { open() {}, change() {}, close() {} };
  const counter = createDissector({ protocols: [], sink: nothing, store: { append: () => 0 } });
  await readCapture(
    from,
    {
      packet(packet) {
        if (streams !== null) {
          counter.packet(packet);
          if (!streams.has(counter.stream)) return;
        }
        writer.packet(packet);
      },
      // A broken end was told when the file was opened; it is left out of the copy.
      problem() {},
      names: (address, names) => writer.names(address, names),
    },
    watch.signal,
    (done, total) => watch.progress(done, total),
  );
  writer.end();
}
