import type { FlowRow } from '../../app/api/types.ts';
import type { DetailReader } from '../../app/filter/flow-columns.ts';
import { plainLine } from '../../app/flows/plain-text.ts';
import { createFlowTable } from '../../app/index/flow-table.ts';
import type { Party } from '../../app/model/flow.ts';
import { isoTime } from '../../app/model/iso-time.ts';
import { fieldValues, type NamedField } from './field-values.ts';

function partyText(party: Party): string {
  const name = party.pod || party.service;
  return name === '' ? `${party.address}:${party.port}` : `${party.namespace}/${name}`;
}

/** One flow as a line for people: what the list shows. */
export function textLine(row: FlowRow): string {
  return [
    isoTime(row.time) ?? 'unknown time',
    row.protocol,
    `${partyText(row.source)} -> ${partyText(row.destination)}`,
    row.method,
    row.target,
    row.status?.text ?? row.state,
    row.duration === null ? '-' : `${row.duration.toFixed(3)} ms`,
    `${row.requestSize}/${row.answerSize} bytes`,
  ]
    .map(plainLine)
    .join('  ');
}

/** The asked fields of one flow: separated by tabs, several values of one field by commas, as tshark prints them. */
export function fieldsLine(row: FlowRow, fields: readonly NamedField[], details: DetailReader): string {
  // The columns of this one flow, so that each value is what a filter would compare.
  const table = createFlowTable();
  table.write(0, row);
  const ofRow: DetailReader = {
    headers: (_, side) => details.headers(row.id, side),
    http: (_, side) => details.http(row.id, side),
    diameter: () => details.diameter(row.id),
    bodies: () => details.bodies(row.id),
  };
  return fields.map((field) => fieldValues(field, table, ofRow, 0).map(clean).join(',')).join('\t');
}

function clean(value: string | number): string {
  return plainLine(String(value).replace(/[\t\r\n]/g, ' '));
}
