import { currentFileNameForm, type FileNameForm } from '../../../app/capture/file-names.ts';
import { RecentCaptures } from '../../../app/capture/recent-captures.ts';
import { encodeDocument } from '../../../app/capture/stream-encode.ts';
import type { Sequenced } from '../../../app/capture/stream-messages.ts';
import type { Skimmed } from '../../../app/capture/stream-skim.ts';
import type { Log } from '../../log.ts';
import { certificateEnd } from '../../tls/certificate-end.ts';
import type { IdentitySource } from '../../tls/certificate-files.ts';
import { formatSocketAddress, type SocketAddress } from '../address.ts';
import { memoryLimit, roomFor } from '../memory-limit.ts';
import { counter, gauge, type Metric, memoryMetrics } from '../metrics.ts';
import { createStatusServer } from '../status-server.ts';
import { CaptureFiles } from './capture-files.ts';
import { LossTotals } from './loss-totals.ts';
import { Ring } from './ring.ts';
import { createStreamServer } from './stream-server.ts';
import { subjectOf } from './subject.ts';
import { createTailServer } from './tail-server.ts';

export interface ReceiverOptions {
  /** Where aggregators connect, over TLS. */
  readonly listen: SocketAddress;
  readonly identity: IdentitySource;
  /** SPIFFE identity that aggregators must have; any that the authority signs when left out. */
  readonly aggregatorIdentity?: string;
  /** Where live tails connect: a loopback address or a unix socket. */
  readonly tail: SocketAddress;
  /** Where /healthz and /metrics are served; nowhere when left out. */
  readonly status?: SocketAddress;
  /** Where captures are written; null writes none. */
  readonly folder: string | null;
  /** Bytes of files to keep. */
  readonly maximumBytes?: number;
  /** Milliseconds to keep files for. */
  readonly maximumAge?: number;
  /** How files of HTTP captures are called. */
  readonly fileNames?: FileNameForm;
  /** Bytes of documents to keep in memory for live tails; a share of the memory when left out. */
  readonly ringLimit?: number;
  /** Bytes of memory to stay under; the container's limit when left out. */
  readonly memoryLimit?: number;
  readonly log: Log;
}

export interface Receiver {
  /** With the ports that were given for port 0. */
  readonly address: SocketAddress;
  readonly tailAddress: SocketAddress;
  readonly statusAddress: SocketAddress | null;
  metrics(): readonly Metric[];
  problems(): readonly string[];
  close(): Promise<void>;
}

const DEFAULT_BYTES = 1024 * 1024 * 1024;
const DEFAULT_AGE = 24 * 3_600_000;
const RING_SHARE = 0.5;
const LARGEST_DEFAULT_RING = 256 * 1024 * 1024;
const EXPIRE_EVERY = 10_000;

/** Starts an analysis receiver: the program's main, the demo cluster and tests all do it by this. */
export async function createReceiver(options: ReceiverOptions): Promise<Receiver> {
  const { log } = options;
  const ring = new Ring(
    options.ringLimit ??
      Math.min(LARGEST_DEFAULT_RING, Math.floor(roomFor(options.memoryLimit ?? memoryLimit()) * RING_SHARE)),
  );
  const files =
    options.folder === null
      ? null
      : new CaptureFiles({
          folder: options.folder,
          maximumBytes: options.maximumBytes ?? DEFAULT_BYTES,
          maximumAge: options.maximumAge ?? DEFAULT_AGE,
          names: options.fileNames ?? currentFileNameForm,
          log,
        });
  const losses = new LossTotals();
  const recent = new RecentCaptures();

  function take({ document }: Sequenced, skimmed: Skimmed, raw: Uint8Array): void {
    if (document.type === 'capture') {
      // Who tails compares the numbers of all that was sent, so one that comes again goes on to them, too.
      ring.push(skimmed.forTail);
      if (recent.take(document.metadata.id, document.part)) files?.write(document, raw, Date.now());
      return;
    }
    const news = document.type === 'loss' ? losses.news(document) : document;
    if (news) ring.push((sequence) => encodeDocument(news, sequence), subjectOf(news));
  }

  const server = await createStreamServer({
    address: options.listen,
    identity: options.identity,
    aggregator: options.aggregatorIdentity ?? '',
    take,
    log,
  });
  const tails = await createTailServer(options.tail, ring, log);
  const problems = () =>
    [files?.problem ?? '', certificateEnd(options.identity).problem].filter((problem) => problem !== '');
  const metrics = () => [
    counter('documents', 'Documents taken.', server.counts.documents),
    counter('documents_repeated', 'Documents that came again.', server.counts.duplicates),
    counter('streams_malformed', 'Streams closed because they could not be read.', server.counts.malformed),
    counter('aggregators_refused', 'Connections refused for their certificates.', server.counts.refused),
    counter('tail_missed', 'Documents that live tails were too slow for.', tails.counts.missed),
    counter('files_failed', 'Documents that could not be written.', files?.failed ?? 0),
    counter('files_removed', 'Captures removed because of size or age.', files?.removed ?? 0),
    gauge('aggregators', 'Aggregators connected.', server.counts.connected),
    gauge('tails', 'Live tails.', tails.counts.tails),
    gauge('ring_documents', 'Documents in the ring.', ring.length),
    gauge('ring_bytes', 'Bytes of documents in the ring.', ring.size),
    gauge('files', 'Captures on disk.', files?.size ?? 0),
    gauge('files_bytes', 'Room that captures take on disk.', files?.bytes ?? 0),
    gauge('files_waiting_bytes', 'Bytes of captures that wait to be written.', files?.waiting ?? 0),
    gauge(
      'certificate_end_seconds',
      'When the certificate ends, Unix time.',
      certificateEnd(options.identity).end / 1000,
    ),
    ...memoryMetrics(),
  ];
  const status = options.status && (await createStatusServer(options.status, { problems, metrics }));
  const expiry = setInterval(() => files?.expire(Date.now()), EXPIRE_EVERY);
  log.info('the receiver is up', {
    listen: formatSocketAddress(server.address),
    tail: formatSocketAddress(tails.address),
    folder: options.folder,
    ring: ring.id,
  });
  return {
    address: server.address,
    tailAddress: tails.address,
    statusAddress: status?.address ?? null,
    metrics,
    problems,
    async close() {
      clearInterval(expiry);
      await server.close();
      await tails.close();
      await status?.close();
      await files?.close();
    },
  };
}
