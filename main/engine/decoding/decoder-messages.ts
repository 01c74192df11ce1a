import type { Problem } from '../../../app/model/problem.ts';
import type { SpillState } from '../store/spill-reader.ts';

/** What the decoding thread is started with. Both files are made by it, but for a capture file that is read. */
export interface DecodingTask {
  /** `file` reads a capture file to its end, `live` takes captures and appends them to a session file. */
  readonly kind: 'file' | 'live';
  /** The capture file, or the session file to make. */
  readonly path: string;
  /** The spill file to make. */
  readonly spill: string;
  /** Of a capture file: reading goes on whenever it grows. */
  readonly follow: boolean;
}

/** What is told to the decoding thread. */
export type DecodingCommand =
  /** A step was taken over. */
  | { readonly type: 'taken' }
  /** Of a file: nothing more of it is to be read, or waited for. */
  | { readonly type: 'cancel' }
  /** Live captures, as `readDocuments` reads them. */
  | { readonly type: 'documents'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** Live: packets of which nothing else is known, as `pcapRecord` writes them, of LINKTYPE_RAW. */
  | { readonly type: 'packets'; readonly interfaceName: string; readonly pcap: Uint8Array<ArrayBuffer> }
  /** Live: all that was told before is to be on disk and in a step; answered by `DecodingFlushed`. */
  | { readonly type: 'flush' }
  /** Live: nothing more comes. */
  | { readonly type: 'end' };

/** How far the decoding has come. All of it is in the spill file when it is told. */
export interface DecodingStep<Progress> {
  readonly type: 'step';
  /** What `applyChanges` reads; null when there is nothing new. */
  readonly changes: Uint8Array<ArrayBuffer> | null;
  /** What was found wrong with the packets' file itself since the step before. */
  readonly problems: readonly Problem[];
  /** Packets taken so far. */
  readonly packets: number;
  readonly spill: SpillState;
  readonly progress: Progress;
}

/** Bytes of the file, as it lies there. */
export interface FileProgress {
  readonly done: number;
  readonly total: number;
}

export interface LiveProgress {
  /** Bytes of captures that were decoded so far. */
  readonly taken: number;
  /** Length of the session file. Bytes. */
  readonly length: number;
  /** What is not as it should be now, with the session file or the captures. */
  readonly problems: readonly Problem[];
}

/** The oldest `flush` that was not answered is done. */
export interface DecodingFlushed {
  readonly type: 'flushed';
}

/** The last that is told: why the file cannot be read or made, or null. */
export interface DecodingEnd {
  readonly type: 'end';
  readonly refusal: { readonly code: string; readonly message: string } | null;
}
