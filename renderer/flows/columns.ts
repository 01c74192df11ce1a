import type { FlowRow, Order } from '../../app/api/types.ts';
import type { Party } from '../../app/model/flow.ts';
import { formatBytes, formatDuration, formatTimeAs, type TimeStyle } from '../ui/format.ts';

/** Every column of the order but that of arrival, which has no column of its own. */
export type ColumnId = Exclude<Order['column'], 'id'>;

/** A field of the filter language with the value that a cell shows, for "filter by this value". */
export interface CellTerm {
  readonly field: string;
  readonly value: string | number;
}

export interface Column {
  readonly id: ColumnId;
  readonly title: string;
  /** Pixels, until the user gives another width: in a narrow window, and where there is room. */
  readonly least: number;
  readonly width: number;
  /** Its share of what is left of the window's width; 0 for a column that needs no more. */
  readonly share: number;
  readonly align: 'left' | 'right';
  readonly order: Order['column'];
  /** What the cell says as plain text: to copy, and to fit the width. */
  text(row: FlowRow): string;
  /** What to filter by, most specific first; empty where nothing is known. */
  terms(row: FlowRow): readonly CellTerm[];
}

const others: readonly Column[] = [
  column('protocol', 'Protocol', [78, 84, 0], (row) => row.protocol, protocolTerms),
  column(
    'source',
    'Source',
    [100, 128, 2],
    (row) => partyText(row.source),
    (row) => partyTerms(row.source, 'src'),
  ),
  column(
    'destination',
    'Destination',
    [110, 140, 2.1],
    (row) => partyText(row.destination),
    (row) => partyTerms(row.destination, 'dst'),
  ),
  column(
    'method',
    'Method',
    [56, 60, 0.9],
    (row) => row.method,
    (row) => known('flow.method', row.method),
  ),
  column('target', 'Target', [112, 112, 2.6], (row) => row.target, targetTerms),
  column('status', 'Status', [84, 104, 0], statusText, statusTerms),
  { ...column('duration', 'Duration', [72, 84, 0], durationText, durationTerms), align: 'right' },
  { ...column('size', 'Size', [74, 84, 0], sizeText, sizeTerms), align: 'right' },
];

/** Widths of the column of times: a style that tells the date takes more. */
const timeWidths: Record<TimeStyle, readonly [least: number, width: number]> = {
  clock: [100, 106],
  date: [176, 182],
  utc: [182, 188],
};

const byStyle = new Map<TimeStyle, readonly Column[]>();

/** All columns, with times told in a style. The same array each time, so that rows are not drawn again for nothing. */
export function columnsWith(style: TimeStyle): readonly Column[] {
  const known = byStyle.get(style);
  if (known) return known;
  const time = column('time', 'Time', [...timeWidths[style], 0], (row) => formatTimeAs(row.time, style), nothing);
  const made = [time, ...others];
  byStyle.set(style, made);
  return made;
}

/** A flow as one line, with a tab between what its cells say. */
export function flowLine(columns: readonly Column[], row: FlowRow): string {
  return columns.map((each) => each.text(row)).join('\t');
}

/** `shop/frontend-7d9f`; the service where the pod is not known; the address where nothing is. */
export function partyText(party: Party): string {
  const [namespace, name] = partyParts(party);
  return namespace + name;
}

/** The namespace with its slash, which is drawn paler, and the name. */
export function partyParts(party: Party): readonly [namespace: string, name: string] {
  const name = party.pod || party.service || party.workload;
  if (name) return [party.namespace ? `${party.namespace}/` : '', name];
  const address = party.address.includes(':') ? `[${party.address}]` : party.address;
  return ['', party.port ? `${address}:${party.port}` : address];
}

/** `shop/frontend-7d9f86c5b4-x2k8p · 10.42.8.1:40000`: all that is known of who it is. */
export function partyTitle(party: Party): string {
  const { address, port } = party;
  const place = address === '' ? '' : partyText({ ...party, pod: '', service: '', workload: '' });
  const name = partyText(party);
  return place === '' || place === name || (address === '' && port === 0) ? name : `${name} · ${place}`;
}

/** The status, or why there is none. */
export function statusText(row: FlowRow): string {
  if (row.status) return row.status.text;
  if (row.state === 'open') return 'open';
  if (row.state === 'reset') return 'reset';
  return row.state === 'unanswered' ? 'no answer' : '';
}

/** The duration; while a stream is open, how many messages it has carried. */
export function durationText(row: FlowRow): string {
  if (row.duration !== null) return formatDuration(row.duration);
  const messages = row.messageCount[0] + row.messageCount[1];
  return row.state === 'open' && messages > 0 ? `${messages} msg` : '';
}

/** Bytes of both bodies. */
export function sizeText(row: FlowRow): string {
  return formatBytes(row.requestSize + row.answerSize);
}

function nothing(): readonly CellTerm[] {
  return [];
}

function protocolTerms(row: FlowRow): readonly CellTerm[] {
  return [{ field: 'flow.protocol', value: row.protocol }];
}

function partyTerms(party: Party, side: 'src' | 'dst'): readonly CellTerm[] {
  return [
    ...known(`k8s.${side}.pod`, party.pod),
    ...known(`k8s.${side}.service`, party.service),
    ...known(`k8s.${side}.namespace`, party.namespace),
    ...known(`ip.${side}`, party.address),
  ];
}

function targetTerms(row: FlowRow): readonly CellTerm[] {
  return [...known('flow.target', row.target), ...known('flow.host', row.host)];
}

function statusTerms(row: FlowRow): readonly CellTerm[] {
  return row.status ? [{ field: 'flow.status', value: row.status.text }] : [{ field: 'flow.state', value: row.state }];
}

function durationTerms(row: FlowRow): readonly CellTerm[] {
  return row.duration === null ? [] : [{ field: 'flow.duration', value: Number(row.duration.toFixed(1)) }];
}

function sizeTerms(row: FlowRow): readonly CellTerm[] {
  return [{ field: 'flow.size', value: row.requestSize + row.answerSize }];
}

function known(field: string, value: string): readonly CellTerm[] {
  return value ? [{ field, value }] : [];
}

function column(
  id: ColumnId,
  title: string,
  [least, width, share]: readonly [least: number, width: number, share: number],
  text: Column['text'],
  terms: Column['terms'],
): Column {
  return { id, title, least, width, share, align: 'left', order: id, text, terms };
}
