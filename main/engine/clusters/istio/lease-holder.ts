import type { CaptureOptions } from '../../../../app/mesh/capture-options.ts';
import type { Lease } from '../../../../app/mesh/kubernetes.ts';
import { type LeaseState, leaseObject } from '../../../../app/mesh/lease.ts';
import { analysisNamespace, leaseName } from '../../../../app/mesh/names.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { onWake } from '../../wake.ts';

export interface LeaseHolderOptions {
  readonly client: KubeClient;
  /** As people know it. */
  readonly user: string;
  /** This run of the program. */
  readonly holder: string;
  /** Seconds that capture outlives this program by. */
  readonly grace: number;
  /** The chosen time is over, or the lease has been taken away. */
  readonly onEnd: () => void;
  /** Renewal fails, or works again (''). */
  readonly onProblem: (problem: string) => void;
}

/** Renews the lease of the capture that this program has switched on, until its time is over. */
export class LeaseHolder {
  readonly #options: LeaseHolderOptions;
  #state: LeaseState | null = null;
  #timer: NodeJS.Timeout | null = null;
  #problem = '';
  #stopListening = (): void => {};

  constructor(options: LeaseHolderOptions) {
    this.#options = options;
  }

  /** What a lease would be made with now. */
  planned(capture: CaptureOptions): LeaseState {
    const { user, holder, grace } = this.#options;
    const now = Date.now();
    const until = capture.minutes === null ? null : now + capture.minutes * 60_000;
    return { user, holder, capture, acquired: now, renewed: now, until, grace };
  }

  /** What the lease is to be made with. */
  begin(capture: CaptureOptions): LeaseState {
    this.#state = this.planned(capture);
    return this.#state;
  }

  /** Renews from now on, and at once when this machine has slept: what is left of the lease may be little. */
  keep(): void {
    this.#stopListening();
    this.#stopListening = onWake(() => void this.#turn());
    this.#schedule();
  }

  /** Renews no more. The lease in the cluster stays as it is. */
  release(): void {
    this.#state = null;
    this.#problem = '';
    this.#stopListening();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** @returns when capture ends by itself. @throws when this program has not switched it on */
  async extend(minutes: number | null): Promise<number | null> {
    const state = this.#state;
    if (!state) throw new Error('Capture was not switched on here: only whoever did that can extend it.');
    const now = Date.now();
    this.#state = { ...state, until: minutes === null ? null : now + minutes * 60_000 };
    await this.#renew();
    this.#schedule();
    return this.#state.until;
  }

  #schedule(): void {
    if (this.#timer) clearTimeout(this.#timer);
    const state = this.#state;
    if (!state) return;
    const left = state.until === null ? Number.POSITIVE_INFINITY : state.until - Date.now();
    if (left <= 0) {
      this.#options.onEnd();
      return;
    }
    this.#timer = setTimeout(() => void this.#turn(), Math.min(left, (this.#options.grace * 1000) / 4));
  }

  async #turn(): Promise<void> {
    const state = this.#state;
    if (!state) return;
    if (state.until !== null && state.until <= Date.now()) {
      this.#options.onEnd();
      return;
    }
    try {
      await this.#renew();
      this.#tell('');
    } catch (error) {
      // Whoever has switched it off meanwhile has said what there is to say.
      if (this.#state === null) return;
      this.#tell(`The lease cannot be renewed: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#schedule();
  }

  async #renew(): Promise<void> {
    const { client } = this.#options;
    const found = await client.find<Lease>(resources.lease, analysisNamespace, leaseName);
    const state = this.#state;
    if (!state) return;
    if (!found) {
      // The cluster has ended it, or somebody else has.
      this.#options.onEnd();
      return;
    }
    this.#state = { ...state, renewed: Date.now() };
    const owner = found.metadata.ownerReferences?.[0] ?? null;
    const lease = leaseObject({ owner }, this.#state);
    // Only the one that was found: one that is deleted in this instant is not made anew by its renewal.
    const metadata = { ...lease.metadata, ...(found.metadata.uid ? { uid: found.metadata.uid } : {}) };
    await client.apply({ ...lease, metadata }, { force: true });
  }

  #tell(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.onProblem(problem);
  }
}
