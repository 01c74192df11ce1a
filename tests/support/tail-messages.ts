import type { CaptureDocument, LossDocument } from '../../app/capture/document.ts';
import type { FromTail, Sequenced } from '../../app/capture/stream-messages.ts';
import type { Metric } from '../../main/cluster/metrics.ts';
import type { TestTail } from './cluster.ts';

/** What a live tail brought, by kind. */
export const documents = (messages: readonly FromTail[]): Sequenced[] =>
  messages.filter((message) => message.type === 'document');
export const captures = (tail: TestTail): CaptureDocument[] =>
  documents(tail.messages).flatMap(({ document }) => (document.type === 'capture' ? [document] : []));
export const losses = (tail: TestTail): LossDocument[] =>
  documents(tail.messages).flatMap(({ document }) => (document.type === 'loss' ? [document] : []));

/** A program's metric by its name. */
export const metric = (metrics: readonly Metric[], name: string) =>
  metrics.find((candidate) => candidate.name === name)?.value;
