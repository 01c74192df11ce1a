import { describeType, type FilterField } from './field.ts';
import { FIELDS } from './fields.ts';
import { AVP_FIELDS } from './fields-avp.ts';

/** Titles of the families of fields, by the first part of their names, in the order of the table. */
const FAMILIES: readonly (readonly [title: string, ...families: string[]])[] = [
  ['HTTP', 'http', 'http2', 'websocket'],
  ['gRPC', 'grpc'],
  ['Diameter', 'diameter'],
  ['Addresses and connections', 'ip', 'ipv6', 'tcp', 'sctp'],
  ['Kubernetes', 'k8s'],
  ['Flows', 'frame', 'flow'],
];

const AVPS = `And every other AVP of the dictionary, ${AVP_FIELDS.length} in all, by its name: \`diameter.Subscription-Id-Data == "491711234567"\`,
\`diameter.Rating-Group in {10, 20}\`, \`diameter.3GPP-SGSN-Address\`. Request and answer are searched, inside groups too, so an
AVP may have several values. Enumerated values are numbers; an OctetString is text in hexadecimal unless the specification says
what it holds; a grouped AVP can only be tested for presence. Read from the session.`;

/** The fields as Markdown, out of the table that checks and compiles them. */
export function documentFields(): string {
  return FAMILIES.map(([title, ...families]) => {
    const fields = FIELDS.filter((field) => families.includes(field.name.split('.')[0]!));
    const table = ['| field | type | what it is |', '|---|---|---|', ...fields.map(row), ''];
    return [`### ${title}`, '', ...table, ...(families.includes('diameter') ? [AVPS, ''] : [])].join('\n');
  }).join('\n');
}

function row(field: FilterField): string {
  const name = field.keyed ? `${field.name}["…"]` : field.name;
  const notes = [
    field.text,
    ...(field.cost === 'detail' ? ['Read from the session.'] : []),
    ...(field.wireshark.length > 0 ? ['ᵂ'] : []),
  ];
  return `| \`${name}\` | ${describeType(field).replace(/^an? /, '')} | ${notes.join(' ')} |`;
}
