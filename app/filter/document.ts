import { describeType, type FilterField } from './field.ts';
import { FIELDS } from './fields.ts';

/** Titles of the families of fields, by the first part of their names, in the order of the table. */
const FAMILIES: readonly (readonly [title: string, ...families: string[]])[] = [
  ['HTTP', 'http', 'http2', 'websocket'],
  ['gRPC', 'grpc'],
  ['Diameter', 'diameter'],
  ['Addresses and connections', 'ip', 'ipv6', 'tcp'],
  ['Kubernetes', 'k8s'],
  ['Flows', 'frame', 'flow'],
];

/** The fields as Markdown, out of the table that checks and compiles them. */
export function documentFields(): string {
  return FAMILIES.map(([title, ...families]) => {
    const fields = FIELDS.filter((field) => families.includes(field.name.split('.')[0]!));
    return [`### ${title}`, '', '| field | type | what it is |', '|---|---|---|', ...fields.map(row), ''].join('\n');
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
