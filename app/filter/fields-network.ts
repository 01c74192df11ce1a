import { defineField, type FilterField } from './field.ts';
import { coded, type FieldSource, numeric } from './field-source.ts';
import type { PartyName } from './flow-columns.ts';

const isIpv6 = (address: string) => address.includes(':');
const ipv4 = (party: PartyName) => (isIpv6(party.address) ? undefined : party.address);
const ipv6 = (party: PartyName) => (isIpv6(party.address) ? party.address : undefined);

/** A field of both ends, and one of each. */
function ofParties(
  names: { readonly any: string; readonly source: string; readonly destination: string },
  type: 'string' | 'ipv4' | 'ipv6',
  what: string,
  read: (party: PartyName) => string | undefined,
  wireshark: boolean,
): FilterField[] {
  const source = coded('source', read);
  const destination = coded('destination', read);
  const mapped = (name: string) => (wireshark ? { wireshark: [name] } : {});
  return [
    defineField(names.any, type, `${what} of either end.`, [source, destination], mapped(names.any)),
    defineField(names.source, type, `${what} of the consumer.`, [source], { ...mapped(names.source), side: 'request' }),
    defineField(names.destination, type, `${what} of the producer.`, [destination], {
      ...mapped(names.destination),
      side: 'request',
    }),
  ];
}

function addresses(family: 'ip' | 'ipv6', type: 'ipv4' | 'ipv6', what: string, read: typeof ipv4): FilterField[] {
  return ofParties(
    { any: `${family}.addr`, source: `${family}.src`, destination: `${family}.dst` },
    type,
    what,
    read,
    true,
  );
}

function kubernetes(name: string, what: string, read: (party: PartyName) => string): FilterField[] {
  const names = { any: `k8s.${name}`, source: `k8s.src.${name}`, destination: `k8s.dst.${name}` };
  return ofParties(names, 'string', what, read, false);
}

function transport(name: 'tcp' | 'sctp', text: string): FilterField {
  const source = coded('transport', (transport) => (transport === name ? 1 : undefined));
  return defineField(name, 'protocol', text, [source], { wireshark: [name] });
}

/** A port of flows over SCTP. */
function sctpPort(name: 'sourcePort' | 'destinationPort'): FieldSource {
  return numeric(({ transport, [name]: port }) => {
    return (id) => (transport.value(transport.code(id)) === 'sctp' ? port(id) : Number.NaN);
  });
}

const sctpSource = sctpPort('sourcePort');
const sctpDestination = sctpPort('destinationPort');

/** Fields of addresses, connections and Kubernetes. */
export const NETWORK_FIELDS: readonly FilterField[] = [
  defineField('ip', 'protocol', 'IPv4.', [coded('source', (party) => (ipv4(party) ? 1 : undefined))], {
    wireshark: ['ip'],
  }),
  ...addresses('ip', 'ipv4', 'IPv4 address, or a network like 10.42.0.0/16,', ipv4),
  defineField('ipv6', 'protocol', 'IPv6.', [coded('source', (party) => (ipv6(party) ? 1 : undefined))], {
    wireshark: ['ipv6'],
  }),
  ...addresses('ipv6', 'ipv6', 'IPv6 address, or a network like fd00::/8,', ipv6),
  transport('tcp', 'TCP, not SCTP.'),
  defineField(
    'tcp.port',
    'number',
    'Port of either end.',
    [numeric((columns) => columns.sourcePort), numeric((columns) => columns.destinationPort)],
    { wireshark: ['tcp.port'] },
  ),
  defineField('tcp.srcport', 'number', 'Port of the consumer.', [numeric((columns) => columns.sourcePort)], {
    wireshark: ['tcp.srcport'],
    side: 'request',
  }),
  defineField('tcp.dstport', 'number', 'Port of the producer.', [numeric((columns) => columns.destinationPort)], {
    wireshark: ['tcp.dstport'],
    side: 'request',
  }),
  defineField('tcp.stream', 'number', 'Number of the connection in this session.', [
    numeric((columns) => columns.stream),
  ]),
  transport('sctp', 'SCTP, which carries Diameter.'),
  defineField('sctp.port', 'number', 'Port of either end of an SCTP association.', [sctpSource, sctpDestination], {
    wireshark: ['sctp.port'],
  }),
  defineField('sctp.srcport', 'number', 'SCTP port of the consumer.', [sctpSource], {
    wireshark: ['sctp.srcport'],
    side: 'request',
  }),
  defineField('sctp.dstport', 'number', 'SCTP port of the producer.', [sctpDestination], {
    wireshark: ['sctp.dstport'],
    side: 'request',
  }),
  ...kubernetes('pod', 'Pod', (party) => party.pod),
  ...kubernetes('namespace', 'Namespace', (party) => party.namespace),
  ...kubernetes('service', 'Service', (party) => party.service),
  ...kubernetes('workload', 'Deployment, StatefulSet or DaemonSet', (party) => party.workload),
  ...kubernetes('node', 'Node', (party) => party.node),
  ...kubernetes('service_account', 'Service account', (party) => party.serviceAccount),
];
