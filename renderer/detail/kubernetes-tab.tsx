import type { FlowDetail, ObservationDetail } from '../../app/api/types.ts';
import type { Endpoint } from '../../app/model/endpoint.ts';
import type { Party } from '../../app/model/flow.ts';
import { Fields } from './fields.tsx';

/** Who called whom, and what each sidecar said about it. */
export function KubernetesTab({ detail }: { readonly detail: FlowDetail }) {
  return (
    <div className="columns-as-needed">
      <PartySection title="Source" party={detail.row.source} />
      <PartySection title="Destination" party={detail.row.destination} />
      {detail.observations.map((seen) => (
        <ObservationSection key={seen.captureId + seen.vantage} seen={seen} />
      ))}
    </div>
  );
}

function PartySection({ title, party }: { readonly title: string; readonly party: Party }) {
  return (
    <section className="message-side">
      <h3>{title}</h3>
      <Fields
        entries={[
          { name: 'namespace', value: party.namespace },
          { name: 'pod', value: party.pod },
          { name: 'service', value: party.service },
          { name: 'workload', value: party.workload },
          { name: 'node', value: party.node },
          { name: 'service account', value: party.serviceAccount },
          { name: 'address', value: endpointText(party) },
        ]}
      />
    </section>
  );
}

const titles = {
  consumer: "Seen by the consumer's sidecar",
  producer: "Seen by the producer's sidecar",
  wire: 'Seen on the wire',
} as const;

function ObservationSection({ seen }: { readonly seen: ObservationDetail }) {
  return (
    <section className="message-side">
      <h3>{titles[seen.vantage]}</h3>
      <Fields
        entries={[
          { name: 'pod', value: seen.pod ? `${seen.pod.namespace}/${seen.pod.pod}` : '' },
          { name: 'from', value: endpointText(seen.source) },
          { name: 'to', value: endpointText(seen.destination) },
          { name: 'upstream', value: seen.upstream ? endpointText(seen.upstream) : '' },
          { name: 'upstream cluster', value: seen.upstreamCluster },
          { name: 'protocol', value: seen.protocol },
          { name: 'connection', value: seen.connection },
          { name: 'response code details', value: seen.responseCodeDetails },
          { name: 'response flags', value: seen.responseFlags },
          { name: 'state', value: seen.state },
          { name: 'redacted', value: seen.redacted.join(', ') },
          { name: 'capture', value: seen.captureId },
        ]}
      />
    </section>
  );
}

function endpointText({ address, port }: Endpoint): string {
  if (!address) return '';
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
