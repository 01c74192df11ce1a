import type { FlowSummary, Party } from '../model/flow.ts';
import { printEquality } from './complete.ts';

/** Flows that belong with one, as a filter. */
export interface Relation {
  readonly title: string;
  readonly filter: string;
}

/** What a flow has in common with others, the closest relation first. The flow itself is always among them. */
export function relationsOf(flow: FlowSummary): readonly Relation[] {
  const shared: readonly (readonly [title: string, field: string, value: string])[] = [
    ['Same trace', 'flow.trace_id', flow.traceId],
    ['Same Session-Id', 'diameter.Session-Id', flow.sessionId],
    ['Same x-request-id', 'flow.request_id', flow.requestId],
    ['Same connection', 'tcp.stream', String(flow.stream)],
  ];
  return shared
    .filter(([, , value]) => value !== '')
    .map(([title, field, value]) => ({ title, filter: printEquality(field, value) }));
}

/** All calls of the service that was called; null where it has no name. */
export function calledService({ destination }: { readonly destination: Party }): Relation | null {
  const { namespace, service, workload } = destination;
  const name = service || workload;
  if (name === '') return null;
  const named = printEquality(service === '' ? 'k8s.dst.workload' : 'k8s.dst.service', name);
  const placed = namespace === '' ? named : `${named} && ${printEquality('k8s.dst.namespace', namespace)}`;
  return { title: name, filter: placed };
}
