import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaptureBatch, FilterRecord } from '../../app/capture/batch.ts';
import { decodeBatch } from '../../app/capture/decode-batch.ts';
import type { HttpStream } from '../../main/sidecar/proxy-wasm/http-stream.ts';
import type { PropertyTree } from '../../main/sidecar/proxy-wasm/properties.ts';
import type { TcpConnection } from '../../main/sidecar/proxy-wasm/tcp-connection.ts';
import { type HttpCall, ProxyWasmVm } from '../../main/sidecar/proxy-wasm/vm.ts';

/** The committed module, as Envoy gets it. */
export const filterModule = readFileSync(join(import.meta.dirname, '../../resources/cluster/capture-filter.wasm'));
const compiled = new WebAssembly.Module(filterModule);

const NODE: PropertyTree = {
  id: 'sidecar~10.0.0.7~cart-1.shop~shop.svc.cluster.local',
  cluster: 'cart.shop',
  metadata: {
    NAME: 'cart-1',
    NAMESPACE: 'shop',
    WORKLOAD_NAME: 'cart',
    SERVICE_ACCOUNT: 'cart-account',
    NODE_NAME: 'node-1',
    LABELS: { app: 'cart', 'service.istio.io/canonical-name': 'cart-service' },
  },
};

/** A call of the filter, for the test to answer. */
export interface PendingCall extends HttpCall {
  readonly batch: CaptureBatch;
  answer(status: number | null): void;
}

/** The filter in the Node host, with a clock that stands still and a receiver that is the test. */
export class FilterHost {
  readonly vm: ProxyWasmVm;
  /** Nanoseconds. */
  time = 1_700_000_000_000_000_000n;
  /** Not answered yet. */
  readonly pending: PendingCall[] = [];
  /** Taken, each once. */
  readonly batches: CaptureBatch[] = [];
  /** Answers at once with this; null leaves calls pending. */
  autoAnswer: number | null;
  /** The capture cluster is not known to the proxy. */
  clusterMissing = false;
  readonly #taken = new Set<string>();
  #connections = 0n;

  constructor(configuration = '', options: { autoAnswer?: number | null; node?: PropertyTree } = {}) {
    this.autoAnswer = options.autoAnswer === undefined ? 200 : options.autoAnswer;
    this.vm = new ProxyWasmVm({
      module: compiled,
      configuration: `capture=on;${configuration}`,
      properties: { xds: { node: options.node ?? NODE } },
      now: () => this.time,
      httpCall: (call, answer) => this.#receive(call, answer),
    });
  }

  #receive(call: HttpCall, answer: (status: number | null) => void): boolean {
    if (this.clusterMissing) return false;
    const batch = decodeBatch(call.body);
    if ('error' in batch) throw new Error(`a broken batch: ${batch.error} at ${batch.offset}`);
    let answered = false;
    const take = (status: number | null) => {
      if (answered) throw new Error('a call was answered twice');
      answered = true;
      if (status === 200) this.take(batch);
      answer(status);
    };
    if (this.autoAnswer !== null) {
      take(this.autoAnswer);
      return true;
    }
    const pending: PendingCall = {
      ...call,
      batch,
      answer: (status) => {
        this.pending.splice(this.pending.indexOf(pending), 1);
        take(status);
      },
    };
    this.pending.push(pending);
    return true;
  }

  /** As an aggregator does: a batch seen before is not taken again. */
  take(batch: CaptureBatch): void {
    const key = `${batch.instance}/${batch.sequence}`;
    if (!this.#taken.has(key)) this.batches.push(batch);
    this.#taken.add(key);
  }

  get records(): FilterRecord[] {
    return this.batches.flatMap((batch) => batch.records);
  }

  /** The newest counters that were taken. */
  get latest(): CaptureBatch {
    const latest = this.batches.reduce((one, other) => (other.sequence > one.sequence ? other : one));
    return latest;
  }

  dropped(kind: string, reason?: string): number {
    return this.latest.drops
      .filter((drop) => drop.kind === kind && (reason === undefined || drop.reason === reason))
      .reduce((sum, drop) => sum + drop.count, 0);
  }

  /** Lets time pass, with the ticks that the module asked for. */
  pass(milliseconds: number): void {
    const period = this.vm.tickPeriod;
    for (let left = milliseconds; left > 0; left -= period) {
      this.time += BigInt(Math.min(left, period)) * 1_000_000n;
      this.vm.tick();
    }
  }

  http(properties: PropertyTree = {}): HttpStream {
    return this.vm.httpStream({ ...this.connection(8080), ...properties });
  }

  tcp(port = 3868): TcpConnection {
    return this.vm.tcpConnection(this.connection(port));
  }

  connection(port: number): PropertyTree {
    return {
      connection: { id: ++this.#connections },
      source: { address: '10.0.0.9:40000' },
      destination: { address: `10.0.0.7:${port}`, port: BigInt(port) },
      upstream: { address: `127.0.0.1:${port}` },
      request: { protocol: 'HTTP/1.1' },
      response: { code_details: 'via_upstream', flags: 0n },
      xds: { listener_direction: 1n, cluster_name: `inbound|${port}||` },
    };
  }

  /** A whole exchange with these bodies. */
  exchange(requestBody = 'question', answerBody = 'answer'): void {
    const stream = this.http();
    stream.requestHeaders(
      [
        [':authority', 'cart'],
        [':path', '/items'],
        [':method', 'POST'],
        [':scheme', 'http'],
      ],
      false,
    );
    stream.requestBody(bytes(requestBody), true);
    stream.responseHeaders([[':status', '200']], false);
    stream.responseBody(bytes(answerBody), true);
    stream.done();
  }
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function text(of: Uint8Array): string {
  return new TextDecoder().decode(of);
}
