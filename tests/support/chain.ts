import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClusterCard, FlowRow } from '../../app/api/types.ts';
import { createCertificateAuthority } from '../../main/tls/certificates.ts';
import { RECEIVER_NAME } from './cluster.ts';
import { ClusterProgram, certificateOptions } from './cluster-program.ts';
import { startTestEngine, type TestEngine } from './engine.ts';
import { Envoy } from './envoy.ts';
import { CAPTURE_CLUSTER, type CollectorTls, type SidecarOptions } from './envoy-config.ts';
import { filterModule } from './filter-host.ts';
import { freePort } from './free-ports.ts';
import { receiverDriver } from './receiver-driver.ts';

const AGGREGATOR_NAME = 'aspen-mesh-packet-inspector.istio-system.svc.cluster.local';

/** The sidecars' pods; each test's calls go from the first to the second. */
export const PODS = {
  consumer: { NAME: 'frontend-1', NAMESPACE: 'shop', WORKLOAD_NAME: 'frontend', LABELS: { app: 'frontend' } },
  producer: { NAME: 'cart-1', NAMESPACE: 'shop', WORKLOAD_NAME: 'cart', LABELS: { app: 'cart' } },
} as const;

export interface ChainOptions {
  readonly version: string;
  /** HTTP servers behind the producer's sidecar by name. */
  readonly http: Readonly<Record<string, number>>;
  /** Diameter server behind the producer's sidecar. */
  readonly tcp?: number;
  /** More of the filter's configuration. */
  readonly configuration?: string;
  readonly concurrency?: number;
  /** More options of the aggregator's command line. */
  readonly aggregator?: readonly string[];
  /** The aggregator is started by the test itself. */
  readonly withoutAggregator?: boolean;
}

/**
 * Everything between a call and the screen, each part as it runs in a mesh: two Envoys as the sidecars of who calls and who is called,
 * an aggregator and a receiver as processes of their own, all of them over mutual TLS, and an engine at the receiver's live tail.
 */
export class Chain implements AsyncDisposable {
  readonly #folder: string;
  readonly #running: AsyncDisposable[] = [];
  readonly #options: ChainOptions;
  #aggregatorOptions: readonly string[] = [];
  engine!: TestEngine;
  receiver!: ClusterProgram;
  aggregator!: ClusterProgram;
  consumer!: Envoy;
  producer!: Envoy;

  private constructor(options: ChainOptions) {
    this.#options = options;
    this.#folder = mkdtempSync(join(tmpdir(), 'packet-inspector-chain-'));
  }

  static async start(options: ChainOptions): Promise<Chain> {
    const chain = new Chain(options);
    try {
      await chain.#start();
      return chain;
    } catch (error) {
      await chain[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const folder = this.#folder;
    const authority = await createCertificateAuthority('mesh');
    const analysis = `unix:${join(folder, 'analysis')}`;
    const tail = join(folder, 'tail');
    this.receiver = this.#run(
      new ClusterProgram('receiver', folder, [
        ...certificateOptions(folder, 'receiver', await authority.issue({ dns: [RECEIVER_NAME] })),
        ...['--listen', analysis, '--tail', `unix:${tail}`, '--no-files', '--ring-limit', '128Mi'],
      ]),
    );
    const port = await freePort();
    this.#aggregatorOptions = [
      ...certificateOptions(folder, 'aggregator', await authority.issue({ dns: [AGGREGATOR_NAME] })),
      ...['--listen', `127.0.0.1:${port}`, '--analysis', analysis, '--analysis-name', RECEIVER_NAME],
      ...['--memory-limit', '512Mi', '--node', 'node-1', ...(this.#options.aggregator ?? [])],
    ];
    await this.receiver.until('aggregators', (connected) => connected === 0);
    if (!this.#options.withoutAggregator) await this.startAggregator();
    this.engine = startTestEngine();
    this.engine.addCluster(
      receiverDriver(
        () =>
          new Promise((resolve, reject) => {
            const socket = connect(tail, () => resolve(socket)).on('error', reject);
          }),
      ),
    );
    const identity = (pod: { NAMESPACE: string; WORKLOAD_NAME: string }) =>
      authority.issue({ uri: [`spiffe://cluster.local/ns/${pod.NAMESPACE}/sa/${pod.WORKLOAD_NAME}`] });
    this.producer = await this.#sidecar(port, {
      role: 'producer',
      httpUpstreams: this.#options.http,
      ...(this.#options.tcp === undefined ? {} : { tcpUpstream: this.#options.tcp }),
      metadata: PODS.producer,
      collectorTls: { ...(await identity(PODS.producer)), name: AGGREGATOR_NAME },
    });
    const { tcp, ...http } = this.producer.ports;
    this.consumer = await this.#sidecar(port, {
      role: 'consumer',
      httpUpstreams: http,
      ...(tcp === undefined ? {} : { tcpUpstream: tcp }),
      metadata: PODS.consumer,
      collectorTls: { ...(await identity(PODS.consumer)), name: AGGREGATOR_NAME },
    });
  }

  #run<Part extends AsyncDisposable>(part: Part): Part {
    this.#running.push(part);
    return part;
  }

  async #sidecar(collector: number, options: SidecarOptions & { collectorTls: CollectorTls }): Promise<Envoy> {
    const envoy = await Envoy.start(this.#options.version, {
      ...options,
      collector,
      concurrency: this.#options.concurrency ?? 1,
      filter: { module: filterModule, configuration: this.configuration('') },
    });
    return this.#run(envoy);
  }

  /** What the filters are told, and more. */
  configuration(more: string): string {
    const all = [`cluster=${CAPTURE_CLUSTER};capture=on;diameter=all;heartbeat=500`, this.#options.configuration, more];
    return all.filter(Boolean).join(';');
  }

  /** Starts the aggregator, again after its end. */
  async startAggregator(): Promise<void> {
    this.aggregator = this.#run(new ClusterProgram('aggregator', this.#folder, this.#aggregatorOptions));
    await this.aggregator.until('connected', (connected) => connected === 1);
  }

  /** What the view shows of this cluster. */
  async card(): Promise<ClusterCard> {
    return (await this.engine.handlers['clusters.list']({})).clusters[0]!;
  }

  /** Waits until as many flows were seen from both sides and are over; gives all that are shown, also when it never comes to that. */
  async rowsWhenFinished(count: number): Promise<FlowRow[]> {
    for (const end = Date.now() + 60_000; ; await new Promise((resolve) => setTimeout(resolve, 250))) {
      const rows = await this.engine.rows();
      const finished = rows.filter((row) => row.vantage === 'both' && row.state !== 'open').length;
      if (finished >= count || Date.now() > end) return rows;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Engine and Envoys first, so that nobody complains of what is no longer there.
    await this.engine?.dispose();
    for (const part of this.#running.toReversed()) await part[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
