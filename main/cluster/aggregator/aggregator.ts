import { randomBytes } from 'node:crypto';
import type { CaptureBatch, ProxyNode } from '../../../app/capture/batch.ts';
import { credentialFields } from '../../../app/capture/credential-fields.ts';
import { type CaptureScope, createCoverage } from '../../../app/mesh/capture-scope.ts';
import type { Log } from '../../log.ts';
import { certificateEnd } from '../../tls/certificate-end.ts';
import type { IdentitySource } from '../../tls/certificate-files.ts';
import { formatSocketAddress, type SocketAddress } from '../address.ts';
import { memoryLimit, roomFor } from '../memory-limit.ts';
import { counter, gauge, type Metric, memoryMetrics } from '../metrics.ts';
import { createStatusServer } from '../status-server.ts';
import { createBatchHandler, type IntakeCounts } from './batch-handler.ts';
import { createBatchServer } from './batch-server.ts';
import { AggregatorCore, type Taking } from './core.ts';
import { Forwarder } from './forwarder.ts';

export interface AggregatorOptions {
  /** Where the filters' batches come in; null takes them only by `takeBatch`. */
  readonly listen: SocketAddress | null;
  /** Certificates of both sides: towards the proxies and towards the analysis service. */
  readonly identity: IdentitySource;
  /** Batches come in plaintext, which is possible on loopback addresses and unix sockets only. */
  readonly plaintext?: boolean;
  /** The analysis service. */
  readonly analysis: SocketAddress;
  /** DNS name that its certificate must bear; the host of `analysis` when left out. */
  readonly analysisName?: string;
  /** SPIFFE identity that will do for a certificate of it without DNS names; none when left out. */
  readonly analysisIdentity?: string;
  /** SPIFFE trust domain of the proxies; any that the authority signs for when left out. */
  readonly trustDomain?: string;
  /** Where /healthz and /metrics are served; nowhere when left out. */
  readonly status?: SocketAddress;
  /** Kubernetes node that this runs on. */
  readonly node?: string;
  readonly redact?: readonly string[];
  /** Pods to capture; everything else is dropped here. All pods when left out. */
  readonly scope?: CaptureScope;
  /** Bytes of memory to stay under; the container's limit when left out. */
  readonly memoryLimit?: number;
  /** Longest batch, in bytes. */
  readonly maximumBatch?: number;
  /** How long a batch may take to come, in milliseconds. */
  readonly batchTime?: number;
  /** Milliseconds without a word after which an open exchange is closed. */
  readonly idle?: number;
  /** Milliseconds after which no answer to a Diameter request is expected any more. */
  readonly answerTimeout?: number;
  readonly heartbeatEvery?: number;
  readonly log: Log;
}

export interface Aggregator {
  /** Where batches come in, with the port that was given for port 0; null without `listen`. */
  readonly address: SocketAddress | null;
  readonly statusAddress: SocketAddress | null;
  takeBatch(batch: CaptureBatch): Taking;
  metrics(): readonly Metric[];
  /** What is not as it should be, in sentences. */
  problems(): readonly string[];
  /** Sends what is queued for up to `grace` milliseconds, then closes everything. */
  close(grace?: number): Promise<void>;
}

const DEFAULT_BATCH = 4 * 1024 * 1024;
/** Longer than any proxy waits for an answer. */
const DEFAULT_BATCH_TIME = 20_000;
const TICK = 500;
/** Shares of the room for captures: the rest is for what the garbage collector has not taken yet. */
const QUEUE_SHARE = 0.3;
const INTAKE_SHARE = 0.1;
/** An open exchange takes about 3 KB. */
const BYTES_PER_OPEN = 16_384;
const MAXIMUM_OPEN = 100_000;

/** Starts an aggregator: the program's main, the demo cluster and tests all do it by this. */
export async function createAggregator(options: AggregatorOptions): Promise<Aggregator> {
  const { log } = options;
  const memory = options.memoryLimit ?? memoryLimit();
  const room = roomFor(memory);
  const instance = randomBytes(8).toString('hex');
  const node = options.node ?? '';
  const maximumOpen = Math.min(MAXIMUM_OPEN, Math.max(100, Math.floor((room * 0.2) / BYTES_PER_OPEN)));
  const forwarder = new Forwarder({
    address: options.analysis,
    serverName: options.analysisName ?? ('host' in options.analysis ? options.analysis.host : ''),
    serverIdentity: options.analysisIdentity ?? '',
    identity: options.identity,
    instance,
    node,
    queueLimit: Math.floor(room * QUEUE_SHARE),
    log,
  });
  const core = new AggregatorCore(
    {
      instance,
      node,
      redact: options.redact ?? credentialFields,
      isCaptured: captured(options.scope),
      maximumOpen,
      maximumWaiting: maximumOpen,
      idle: options.idle ?? 3_600_000,
      giveUpAnswerAfter: options.answerTimeout ?? 30_000,
      heartbeatEvery: options.heartbeatEvery ?? 5_000,
    },
    forwarder,
    // Monotonic, so that a clock that is set does not close what is open.
    () => performance.timeOrigin + performance.now(),
  );
  const handler = createBatchHandler({
    maximumBatch: options.maximumBatch ?? DEFAULT_BATCH,
    maximumInFlight: Math.max(options.maximumBatch ?? DEFAULT_BATCH, Math.floor(room * INTAKE_SHARE)),
    maximumTime: options.batchTime ?? DEFAULT_BATCH_TIME,
    take: (batch) => core.takeBatch(batch),
    settled: () => forwarder.settled(),
    full: () => forwarder.full,
    log,
  });
  const server =
    options.listen &&
    (await createBatchServer({
      address: options.listen,
      identity: options.plaintext ? null : options.identity,
      trustDomain: options.trustDomain ?? '',
      handler: handler.handle,
      log,
    }));

  const problems = () =>
    [
      forwarder.connected ? '' : `no connection to ${formatSocketAddress(options.analysis)}: ${forwarder.problem}`,
      certificateEnd(options.identity).problem,
    ].filter((problem) => problem !== '');
  const metrics = () => [
    ...describe(core, forwarder, handler.counts, memory),
    counter('proxies_refused', 'Connections of proxies refused for their certificates.', server?.counts.refused ?? 0),
    gauge(
      'certificate_end_seconds',
      'When the certificate ends, Unix time.',
      certificateEnd(options.identity).end / 1000,
    ),
  ];
  const status = options.status && (await createStatusServer(options.status, { problems, metrics }));

  forwarder.start();
  const ticker = setInterval(() => core.tick(), TICK);
  log.info('the aggregator is up', {
    listen: server ? formatSocketAddress(server.address) : null,
    analysis: formatSocketAddress(options.analysis),
    memoryLimit: memory,
  });
  return {
    address: server?.address ?? null,
    statusAddress: status?.address ?? null,
    takeBatch: (batch) => core.takeBatch(batch),
    metrics,
    problems,
    async close(grace = 2_000) {
      clearInterval(ticker);
      await server?.close();
      core.tick();
      await forwarder.stop(grace);
      await status?.close();
    },
  };
}

function captured(scope: CaptureScope | undefined): (node: ProxyNode) => boolean {
  if (!scope) return () => true;
  const coverage = createCoverage(scope);
  return (node) => coverage(node) === 'captured';
}

function describe(core: AggregatorCore, forwarder: Forwarder, intake: IntakeCounts, memory: number): readonly Metric[] {
  return [
    counter('batches', 'Batches taken.', core.counts.batches),
    counter('batches_repeated', 'Batches that had been taken before.', core.counts.duplicates),
    counter('batches_missing', 'Batches settled by filters that never were here.', core.pods.missing()),
    counter('batches_busy', 'Batches told to come again later.', intake.busy),
    counter('batches_refused', 'Batches that could not be read or were too long.', intake.malformed + intake.tooLarge),
    counter('batches_foreign', 'Batches of another pod than the certificate they came with.', intake.foreign),
    counter('batches_slow', 'Batches that took too long to come.', intake.tooSlow),
    counter('records', 'Records in batches taken.', core.counts.records),
    counter('records_out_of_scope', 'Records of pods that are not to be captured, dropped.', core.counts.outOfScope),
    counter('captures', 'Capture documents queued.', core.counts.captures),
    counter('exchanges_evicted', 'Open exchanges closed for want of room or news.', core.http.evicted),
    counter('diameter_unanswered', 'Diameter requests given up without an answer.', core.diameter.unanswered),
    counter('connections', 'Connections made to the analysis service.', forwarder.connections),
    gauge('connected', 'Whether the analysis service is connected.', forwarder.connected ? 1 : 0),
    gauge('exchanges_open', 'HTTP exchanges that are open.', core.http.size),
    gauge('diameter_waiting', 'Diameter requests that wait for an answer.', core.diameter.size),
    gauge('pods', 'Pods heard of lately.', core.pods.size),
    gauge('queue_documents', 'Documents not acknowledged yet.', forwarder.queue.length),
    gauge('queue_bytes', 'Bytes of documents not acknowledged yet.', forwarder.queue.bytes),
    gauge('memory_limit_bytes', 'Memory that the program stays under.', memory),
    ...memoryMetrics(),
  ];
}
