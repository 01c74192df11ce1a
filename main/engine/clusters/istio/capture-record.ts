import { type CaptureChange, captureEvent, scopeText } from '../../../../app/mesh/capture-event.ts';
import type { CaptureOptions } from '../../../../app/mesh/capture-options.ts';
import type { Lease } from '../../../../app/mesh/kubernetes.ts';
import { type ReadLease, readLease } from '../../../../app/mesh/lease.ts';
import { analysisNamespace, leaseName } from '../../../../app/mesh/names.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import { newGeneration } from '../../../new-generation.ts';
import type { KubeClient } from '../../kube/client.ts';
import { findMeshNamespace } from './own-objects.ts';

/** Leaves Events in the cluster that tell who switched what on and off. */
export class CaptureRecord {
  readonly #client: KubeClient;
  /** `user@machine`. */
  readonly #user: string;

  constructor(client: KubeClient, user: string) {
    this.#client = client;
    this.#user = user;
  }

  /** @throws KubeError when it cannot be written */
  async begun(what: 'on' | 'extended', capture: CaptureOptions, until: number | null): Promise<void> {
    await this.#write({ what, user: this.#user, scope: scopeText(capture), until });
  }

  /** Who captures what; null when nobody does. */
  async current(): Promise<ReadLease | null> {
    const found = await this.#client.find<Lease>(resources.lease, analysisNamespace, leaseName);
    return found && readLease(found);
  }

  /**
   * @param what by a hand, or by itself
   * @param ending what was captured; null when nobody did: then somebody else has told
   * @returns why it cannot be told; '' when it was. Capture is off in any case
   */
  async ended(what: 'off' | 'ended', ending: ReadLease | null): Promise<string> {
    if (!ending) return '';
    try {
      await this.#write({ what, user: what === 'off' ? this.#user : ending.user, scope: ending.scope, until: null });
      return '';
    } catch (error) {
      return `Capture is off, but the Event that says so could not be written: ${error instanceof Error ? error.message : String(error)}`;
    }
  }

  async #write(change: CaptureChange): Promise<void> {
    const namespace = await findMeshNamespace(this.#client);
    await this.#client.create(resources.event, captureEvent(namespace, change, Date.now(), newGeneration()));
  }
}
