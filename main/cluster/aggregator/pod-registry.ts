import type { CaptureBatch } from '../../../app/capture/batch.ts';
import type { HeartbeatDocument } from '../../../app/capture/document.ts';
import { SequenceWindow } from './sequence-window.ts';

/** A VM instance that has been silent for longer is not counted as alive; its pod is forgotten when all of them are. */
const SILENCE = 30_000;
/** Instances remembered over all pods. */
const MAXIMUM_INSTANCES = 20_000;

interface Instance {
  readonly window: SequenceWindow;
  readonly pod: string;
  readonly namespace: string;
  heard: number;
  exchanges: number;
  messages: number;
  capturing: boolean;
}

interface Pod {
  readonly namespace: string;
  readonly pod: string;
  /** Those that are gone too, so that the pod's sums never fall while it is known. */
  readonly instances: Set<Instance>;
  /** Whether it captures, as was last told; null before anything was. */
  told: boolean | null;
}

/** What the filters of each pod last said about themselves. Times in milliseconds. */
export class PodRegistry {
  private readonly instances = new Map<string, Instance>();
  private readonly pods = new Map<string, Pod>();

  /** True when the batch is new, false when it was taken before. */
  take(batch: CaptureBatch, now: number): boolean {
    const instance = this.instances.get(batch.instance) ?? this.add(batch, now);
    if (!instance.window.take(batch.sequence, batch.settled)) return false;
    instance.heard = now;
    this.register(instance);
    instance.exchanges = Math.max(instance.exchanges, batch.exchangesSeen);
    instance.messages = Math.max(instance.messages, batch.messagesSeen);
    instance.capturing = batch.capturing;
    return true;
  }

  /** Pods heard of lately. */
  get size(): number {
    return this.pods.size;
  }

  /** Batches that filters settled without this aggregator having seen them. */
  missing(): number {
    let sum = 0;
    for (const instance of this.instances.values()) sum += instance.window.missing;
    return sum;
  }

  /** A heartbeat for each pod that is alive; silent pods are forgotten. */
  heartbeats(now: number, time: bigint): HeartbeatDocument[] {
    const documents: HeartbeatDocument[] = [];
    for (const [name, pod] of this.pods) {
      const document = heartbeat(pod, now, time);
      if (document) documents.push(document);
      else this.pods.delete(name);
    }
    return documents;
  }

  /** A heartbeat out of turn: the pod of a batch was not known before, or begins or ends to capture. */
  news({ node }: CaptureBatch, now: number, time: bigint): HeartbeatDocument | null {
    const pod = this.pods.get(`${node.namespace}/${node.pod}`);
    if (!pod) return null;
    const { told } = pod;
    const document = heartbeat(pod, now, time);
    return document && document.capturing !== told ? document : null;
  }

  private add(batch: CaptureBatch, now: number): Instance {
    const { pod, namespace } = batch.node;
    const instance: Instance = {
      // What was settled before the first batch seen was the business of an aggregator before this one.
      window: new SequenceWindow(batch.settled),
      pod,
      namespace,
      heard: now,
      exchanges: 0,
      messages: 0,
      capturing: batch.capturing,
    };
    this.instances.set(batch.instance, instance);
    if (this.instances.size > MAXIMUM_INSTANCES) this.forgetOldest();
    return instance;
  }

  /** Also for an instance whose pod was silent for so long that it was forgotten. */
  private register(instance: Instance): void {
    const { namespace, pod } = instance;
    const name = `${namespace}/${pod}`;
    const known = this.pods.get(name);
    if (known) known.instances.add(instance);
    else this.pods.set(name, { namespace, pod, instances: new Set([instance]), told: null });
  }

  private forgetOldest(): void {
    for (const [name, instance] of this.instances) {
      this.instances.delete(name);
      this.pods.get(`${instance.namespace}/${instance.pod}`)?.instances.delete(instance);
      return;
    }
  }
}

/** What a pod's filters say together; null when none of them is alive. */
function heartbeat(from: Pod, now: number, time: bigint): HeartbeatDocument | null {
  const { namespace, pod, instances } = from;
  const all = [...instances];
  const alive = all.filter((instance) => now - instance.heard <= SILENCE);
  if (alive.length === 0) return null;
  from.told = alive.some((instance) => instance.capturing);
  return {
    type: 'heartbeat',
    time,
    namespace,
    pod,
    instances: alive.length,
    exchanges: all.reduce((sum, instance) => sum + instance.exchanges, 0),
    messages: all.reduce((sum, instance) => sum + instance.messages, 0),
    capturing: from.told,
  };
}
