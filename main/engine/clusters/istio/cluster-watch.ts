import type { Lease } from '../../../../app/mesh/kubernetes.ts';
import { type ReadLease, readLease } from '../../../../app/mesh/lease.ts';
import { LeaseWatch } from '../../../../app/mesh/lease-watch.ts';
import { analysisNamespace, leaseName, slotSelector } from '../../../../app/mesh/names.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import { BackOff } from '../../back-off.ts';
import type { KubeClient } from '../../kube/client.ts';
import { Informer } from '../../kube/informer.ts';
import { isForbidden, isNotFound, type KubeError } from '../../kube/kube-error.ts';
import { onWake } from '../../wake.ts';
import { ClusterNames } from './cluster-names.ts';
import { type Survey, surveyCluster } from './survey.ts';

export interface ClusterWatchOptions {
  readonly client: KubeClient;
  /** Milliseconds between looks at the cluster. */
  readonly every: number;
  readonly onSurvey: (survey: Survey) => void;
  /** There is no survey: something of it may not be seen. */
  readonly onUnseen: (error: KubeError) => void;
  /** What the lease says; null: nobody captures. */
  readonly onLease: (lease: ReadLease | null, seen: SeenBesides) => void;
  /** What is seen is told only when this is as it was when the look began. */
  readonly turn: () => number;
  /** The cluster cannot be reached, or may not be looked at. */
  readonly onFailure: (error: unknown) => void;
}

export interface SeenBesides {
  /** A slot of ours is in the proxies. */
  readonly slotInPlace: boolean;
  /** The lease has run out long ago, and nobody in the cluster has ended the capture. */
  readonly isOverdue: boolean;
}

/** How long the lease keeper may take to end the capture. Milliseconds. */
const keeperTime = 30_000;

/** Every so many looks there is a survey anyway: it covers more than pods, and without permission to watch pods nothing tells of their changes. */
const surveyEvery = 6;
/** Pods that came and went are counted anew at the next look, but a survey of a large cluster has no more than this share of the time. */
const surveyShare = 0.05;

/** Looks whether somebody else has switched capture on or off, what there is to capture, and whether the cluster can be reached. */
export class ClusterWatch {
  readonly #options: ClusterWatchOptions;
  #begun = false;
  #closed = false;
  #looks = 0;
  #isStale = true;
  /** Before this the next survey would have more than its share. Milliseconds, of a clock that only goes forward. */
  #nextSurvey = 0;
  #surveyed: Survey | null = null;
  #names: ClusterNames | null = null;
  #lease: Informer<null> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #looking = false;
  /** Something has changed since the look that goes on has begun. */
  #isOutdated = false;
  /** By this machine's clock alone, as the lease keeper has its own. */
  readonly #leaseWatch = new LeaseWatch(() => performance.now());
  readonly #backOff = new BackOff();
  #stopListening = (): void => {};

  constructor(options: ClusterWatchOptions) {
    this.#options = options;
  }

  /** Looks from now on; a second call does nothing. */
  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#stopListening = onWake(() => this.#lookNow());
    const { client } = this.#options;
    this.#names = new ClusterNames(client, () => {
      this.#isStale = true;
    });
    this.#lease = new Informer<null>({
      client,
      resource: resources.lease,
      scope: { namespace: analysisNamespace, fields: `metadata.name=${leaseName}` },
      keep: () => null,
      onChange: () => this.#lookNow(),
    });
    void this.#turn();
  }

  /** The name that an address had then, in milliseconds since the epoch; '' when it is not known. */
  nameAt(address: string, time: number): string {
    return this.#names?.nameAt(address, time) ?? '';
  }

  /** Looks at once. @throws KubeError when something may not be seen */
  async survey(): Promise<Survey> {
    this.#surveyed = await surveyCluster(this.#options.client);
    this.#options.onSurvey(this.#surveyed);
    return this.#surveyed;
  }

  close(): void {
    this.#closed = true;
    this.#names?.close();
    this.#lease?.close();
    this.#stopListening();
    if (this.#timer) clearTimeout(this.#timer);
  }

  #lookNow(): void {
    this.#isOutdated = true;
    if (this.#closed || this.#looking) return;
    if (this.#timer) clearTimeout(this.#timer);
    void this.#turn();
  }

  /** One look; the next one comes soon when it failed. */
  async #turn(): Promise<void> {
    this.#looking = true;
    this.#isOutdated = false;
    const succeeded = await this.#look();
    this.#looking = false;
    if (succeeded) this.#backOff.reset();
    const pause = this.#pauseAfter(succeeded);
    if (!this.#closed) this.#timer = setTimeout(() => void this.#turn(), pause);
  }

  #pauseAfter(succeeded: boolean): number {
    const { every } = this.#options;
    if (!succeeded) return Math.min(every, this.#backOff.next());
    return this.#isOutdated ? 0 : every;
  }

  async #look(): Promise<boolean> {
    const { client, onLease, onFailure, turn } = this.#options;
    const began = turn();
    try {
      await this.#surveyIfDue();
      const lease = await client.find<Lease>(resources.lease, analysisNamespace, leaseName);
      const slotInPlace = await this.#isSlotInPlace();
      if (this.#closed) return true;
      if (turn() !== began) {
        this.#isOutdated = true;
        return true;
      }
      this.#leaseWatch.observe(lease);
      const isOverdue = lease !== null && this.#leaseWatch.left < -keeperTime;
      onLease(lease && readLease(lease), { slotInPlace, isOverdue });
      return true;
    } catch (error) {
      if (!this.#closed) onFailure(error);
      // What may not be seen will not be allowed within seconds.
      return isForbidden(error);
    }
  }

  async #surveyIfDue(): Promise<void> {
    const isTurn = this.#looks++ % surveyEvery === 0;
    const began = performance.now();
    if (!this.#isStale) {
      if (isTurn && this.#surveyed) this.#options.onSurvey(this.#surveyed);
      return;
    }
    if (!isTurn && began < this.#nextSurvey) return;
    try {
      this.#isStale = false;
      await this.survey();
      const end = performance.now();
      this.#nextSurvey = end + (end - began) / surveyShare;
    } catch (error) {
      this.#isStale = true;
      if (!isForbidden(error)) throw error;
      // Not tried again before its turn.
      this.#nextSurvey = Number.POSITIVE_INFINITY;
      // With permission for the lease and the receiver alone, one still sees the flows.
      this.#options.onUnseen(error);
    }
  }

  async #isSlotInPlace(): Promise<boolean> {
    try {
      return (await this.#options.client.list(resources.envoyFilter, { labels: slotSelector })).length > 0;
    } catch (error) {
      // Those who may not see EnvoyFilters cannot take the slot out either; a cluster without Istio has none.
      if (isForbidden(error) || isNotFound(error)) return false;
      throw error;
    }
  }
}
