import type { ClusterCard, ClusterState } from '../../../app/api/types.ts';
import type { CaptureDocument } from '../../../app/capture/document.ts';
import type { NameAt } from '../../../app/capture/document-names.ts';
import { hasOwnService } from '../../../app/mesh/analysis-service.ts';
import { ReceiverLink } from '../receiver/receiver-link.ts';
import type { ClusterDriver } from './driver.ts';

/** Seconds over which the rate is taken. */
const rateWindow = 5;

/** After capture was switched off, how long what is still on its way is waited for. Milliseconds. */
const drainTime = 1000;

export interface ClusterOptions {
  /** `nameAt` names addresses of this cluster. */
  readonly onCapture: (document: CaptureDocument, nameAt: NameAt) => void;
  /** Null while there is room for captures; else what resolves when there is again. */
  readonly room: () => Promise<void> | null;
  readonly onLoss: (time: number, count: number) => void;
  readonly onChange: () => void;
}

/** One cluster as the panel shows it: what its driver does, and what comes from its receiver. */
export class Cluster {
  readonly driver: ClusterDriver;
  readonly #link: ReceiverLink;
  readonly #stopListening: () => void;
  /** Calls counted at each of the last seconds. */
  #counts: number[] = [0];
  /** Captures are to be taken; not while a capture file is open. */
  #wanted = true;
  #draining: NodeJS.Timeout | null = null;

  constructor(driver: ClusterDriver, options: ClusterOptions) {
    this.driver = driver;
    const nameAt: NameAt = (address, time) => driver.nameAt(address, time);
    this.#link = new ReceiverLink({
      open: () => driver.connect(),
      onCapture: (document) => options.onCapture(document, nameAt),
      room: options.room,
      onLoss: options.onLoss,
      onChange: options.onChange,
    });
    this.#stopListening = driver.onChange(() => {
      this.#follow();
      options.onChange();
    });
    this.#follow();
  }

  /** Takes captures, or leaves them where they are until the next call. */
  listen(wanted: boolean): void {
    this.#wanted = wanted;
    this.#follow();
  }

  /** To be called each second: takes the rate. */
  tick(): void {
    this.#counts.push(this.#link.calls);
    if (this.#counts.length > rateWindow + 1) this.#counts.shift();
  }

  card(): ClusterCard {
    const { driver } = this;
    const status = driver.status();
    const { state, problem } = this.#state();
    return {
      id: driver.id,
      name: driver.name,
      kind: driver.kind,
      state,
      summary: status.summary,
      problem,
      connection: this.#link.connection,
      pods: status.pods,
      flowsPerSecond: Math.round((this.#counts.at(-1)! - this.#counts[0]!) / Math.max(1, this.#counts.length - 1)),
      lost: this.#link.losses.lost,
      losses: this.#link.losses.rows().slice(0, 200),
      until: status.until,
      holder: status.holder,
      slotInPlace: status.slotInPlace,
      steps: status.steps,
    };
  }

  async close(): Promise<void> {
    this.#stopListening();
    if (this.#draining !== null) clearTimeout(this.#draining);
    this.#link.stop();
    await this.driver.close();
  }

  #follow(): void {
    const { capture } = this.driver.status();
    if (this.#draining !== null) {
      clearTimeout(this.#draining);
      this.#draining = null;
      // Switched on again meanwhile: what the connection leads to is on its way out.
      if (capture !== 'off') this.#link.stop();
    }
    if (!this.#wanted || this.#notShown !== '') this.#link.stop();
    else if (capture === 'capturing') this.#link.start();
    else if (capture === 'off') this.#draining = setTimeout(() => this.#link.stop(), drainTime);
  }

  /** Why there is nothing to connect to though it captures; ''. */
  get #notShown(): string {
    const { capture, notShown } = this.driver.status();
    if (capture !== 'capturing' || notShown !== '') return notShown;
    const last = this.driver.lastCapture();
    return hasOwnService(last) ? '' : `Captures go to ${last.analysisAddress}, and are not shown here.`;
  }

  #state(): { state: ClusterState; problem: string } {
    const { capture, problem } = this.driver.status();
    if (capture !== 'capturing' || problem !== '') {
      return { state: capture === 'capturing' ? 'degraded' : capture, problem };
    }
    if (!this.#wanted) {
      return {
        state: 'capturing',
        problem: 'Live captures are not shown while a capture file or the files of an emulator are open.',
      };
    }
    if (this.#notShown !== '') return { state: 'capturing', problem: this.#notShown };
    const { connection, problem: reason } = this.#link;
    if (connection.state === 'reconnecting') {
      return { state: 'degraded', problem: `The connection to the receiver was lost: ${sentence(reason)}` };
    }
    if (connection.state === 'connecting' && reason !== '') {
      return { state: 'degraded', problem: `The receiver cannot be reached: ${sentence(reason)}` };
    }
    const { silent, idle } = this.#link.pods.state(Date.now());
    if (silent.length > 0) return { state: 'degraded', problem: podsSentence(silent, 'silent for 20 seconds') };
    if (idle.length > 0) return { state: 'degraded', problem: podsSentence(idle, 'not capturing') };
    return { state: 'capturing', problem: '' };
  }
}

function sentence(reason: string): string {
  return /[.!?]$/.test(reason) ? reason : `${reason}.`;
}

function podsSentence(pods: readonly string[], what: string): string {
  const named = pods.slice(0, 3).join(', ');
  const rest = pods.length > 3 ? ` and ${pods.length - 3} more` : '';
  return `${named}${rest}: ${what}.`;
}
