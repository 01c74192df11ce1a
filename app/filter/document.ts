import { describeType, type FilterField } from './field.ts';
import { FIELDS } from './fields.ts';
import { AVP_FIELDS } from './fields-avp.ts';

/** Titles of the families of fields, by the first part of their names, in the order of the table. */
const FAMILIES: readonly (readonly [title: string, ...families: string[]])[] = [
  ['HTTP', 'http', 'http2', 'websocket'],
  ['gRPC', 'grpc'],
  ['Diameter', 'diameter'],
  ['Addresses and connections', 'ip', 'ipv6', 'tcp'],
  ['Kubernetes', 'k8s'],
  ['Flows', 'frame', 'flow'],
];

const AVPS = `And any other AVP of the dictionary by its name, ${AVP_FIELDS.length} in all: \`diameter.Subscription-Id-Data == "491711234567"\`,
\`diameter.Rating-Group in {10, 20}\`, \`diameter.3GPP-SGSN-Address\`. It is looked for in the request and in the answer, inside
groups as well, so that it may have several values. Enumerated values are numbers, OctetString is text in hexadecimal
unless the specification says what is in it, and a grouped AVP stands alone. Read from the session.`;

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
