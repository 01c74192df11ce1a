import type { Duplex } from 'node:stream';
import type {
  CapturePlan,
  ClusterInventory,
  DisablePlan,
  Finding,
  Preflight,
  Remainder,
  Step,
} from '../../../app/api/cluster-types.ts';
import type { CaptureOptions, SlotChoice } from '../../../app/mesh/capture-options.ts';
import type { EmulatorSource } from '../emulator/source.ts';

/** What a driver knows of its cluster's capture. The link to the receiver and the losses are known by the engine itself. */
export interface DriverStatus {
  readonly capture: 'off' | 'enabling' | 'capturing' | 'disabling' | 'unreachable';
  /** `Built-in · 12 pods`, `Istio 1.28 · shop, epc`. */
  readonly summary: string;
  /** Why the cluster is not as wanted and what to do, in one or two sentences; '' when all is well. */
  readonly problem: string;
  /** Why captures are not shown here though all is well, and how they can be seen, as a sentence; ''. */
  readonly notShown: string;
  /** Pods whose sidecars capture, or would. */
  readonly pods: number;
  /** Milliseconds since the epoch when the capture ends by itself; null when it does not. */
  readonly until: number | null;
  /** Who switched it on: user and machine; '' while it is off. */
  readonly holder: string;
  /** A slot of ours is in the proxies, idle while capture is off. */
  readonly slotInPlace: boolean;
  /** Of switching on or off, while that goes on and until the next time. */
  readonly steps: readonly Step[];
}

/** What only a cluster with Aspen Mesh can be asked. */
export interface AspenControl {
  /** Gives a namespace, made where there is none, the label by which Citadel makes certificates for it. */
  label(namespace: string): Promise<void>;
  /** Disables Packet Inspector and removes all that belongs to it. Resolves with what was looked for afterwards. */
  uninstall(): Promise<Remainder>;
}

/**
 * One cluster that can be captured. A driver knows how capture is switched on and off there and how its receiver is
 * reached; everything after that (tailing, counting, decoding, keeping) is the engine's and the same for all drivers.
 *
 * The registry calls `connect` whenever `status().capture` is `capturing` and the stream broke or was never open, with a
 * growing pause in between. So a driver needs no reconnection of its own.
 */
export interface ClusterDriver {
  /** Stable over runs: `demo`, or the context's name in the kubeconfig. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'demo' | 'kubernetes';
  status(): DriverStatus;
  /** Called with no argument after `status()` changed. Returns the function that ends the listening. */
  onChange(listener: () => void): () => void;
  /** What capture was last switched on with here; the default at first. */
  lastCapture(): CaptureOptions;
  /** What to capture when nothing else is said: the same, or what an Aspen Mesh is configured with. */
  proposedCapture(): Promise<CaptureOptions>;
  /** What there is to capture. */
  inventory(): Promise<ClusterInventory>;
  /** Whether capture can be switched on like this. Changes nothing. */
  preflight(capture: CaptureOptions): Promise<Preflight>;
  /** What switching on like this would do. Changes nothing. */
  plan(capture: CaptureOptions): Promise<CapturePlan>;
  /** Switches capture on. Resolves when it is on; rejects with an Error whose message a person can act on. */
  enable(capture: CaptureOptions): Promise<void>;
  /** Capture ends by itself so many minutes from now; null: not before it is switched off or this program has gone. */
  extend(minutes: number | null): Promise<void>;
  /** What there is to choose when capture is switched off. Changes nothing. */
  planDisable(): Promise<DisablePlan>;
  /**
   * Switches capture off and removes what was put there, all of it or all but the slot. Resolves with what was looked for
   * afterwards.
   */
  disable(slot?: SlotChoice): Promise<Remainder>;
  /** Where captures of analysis emulators are had from their pods. Left out where there are no pods. */
  emulatorFiles?(): Promise<EmulatorSource>;
  /** Left out where there is never an Aspen Mesh. Rejects where there is another mesh. */
  aspen?(): Promise<AspenControl>;
  /** Why nothing, or too little, comes. */
  doctor(): Promise<readonly Finding[]>;
  /** Opens a byte stream to the receiver's live tail (`main/cluster/receiver`). Rejects when it cannot be reached. */
  connect(): Promise<Duplex>;
  /** The name that an address of this cluster had then (milliseconds since the epoch), as a session file has it; '' when it is not known. */
  nameAt(address: string, time: number): string;
  /** Frees what the driver holds on this machine; what runs in the cluster is left as it is. */
  close(): Promise<void>;
}
