import type { StreamDocument } from '../../../app/capture/document.ts';

/** What a document has the latest count of, so that those before it need not be kept; '' when it is about more than a count. */
export function subjectOf(document: StreamDocument): string {
  if (document.type === 'capture') return '';
  const pod = `${document.namespace}/${document.pod}`;
  if (document.type === 'heartbeat') return document.sent ? `${document.sent.counter} ${pod}` : '';
  const { counter, stage, kind, reason } = document;
  return `${counter} ${pod} ${stage} ${kind} ${reason}`;
}
