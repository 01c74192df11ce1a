import type { CaptureDocument, LossKind, StreamDocument } from '../../../app/capture/document.ts';

/** Where finished documents go, and what it says of the room there. */
export interface DocumentSink {
  /** False when there is no room: the document is lost, and the caller counts it. */
  offer(document: StreamDocument): boolean;
  /** Room is getting short: bodies are to be left out. */
  readonly crowded: boolean;
}

/** What the parts that make documents out of records are given. */
export interface CoreOutput {
  capture(document: CaptureDocument): boolean;
  lose(pod: { readonly namespace: string; readonly pod: string }, kind: LossKind, count: number, reason: string): void;
  readonly crowded: boolean;
}

export const REASON_QUEUE_FULL = 'queue full';
export const REASON_START_UNKNOWN = 'start not seen';
