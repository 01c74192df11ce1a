import type { CodedColumn, FlowColumns, PartyName } from './flow-columns.ts';
import { memoizeCodes } from './memoize.ts';

/**
 * Whether a flow has a text, in any letter case, in what may safely be searched: method, target, host, names of pods,
 * services, workloads and namespaces, addresses and the status. Never in values of header fields or bodies.
 */
export function searchPredicate(text: string, columns: FlowColumns): (id: number) => boolean {
  const holds = (value: string) => value.toLowerCase().includes(text);
  const parties = (party: PartyName) => partyTexts(party).some(holds);
  const tests = [
    column(columns.method, holds),
    column(columns.host, holds),
    column(columns.status, (status) => status !== null && holds(status.text)),
    column(columns.source, parties),
    column(columns.destination, parties),
    column(columns.target, holds),
  ];
  return (id) => {
    for (const test of tests) if (test(id)) return true;
    return false;
  };
}

function partyTexts(party: PartyName): string[] {
  return [party.pod, party.service, party.workload, party.namespace, party.address];
}

function column<Value>({ code, value }: CodedColumn<Value>, test: (value: Value) => boolean): (id: number) => boolean {
  const remembered = memoizeCodes((each) => (test(value(each)) ? 2 : 1));
  return (id) => remembered(code(id)) === 2;
}
