import type { Order } from '../api/types.ts';
import type { CodedColumn, PartyName } from '../filter/flow-columns.ts';
import type { Status } from '../model/flow.ts';
import type { FlowTable } from './flow-table.ts';
import { sortCodes } from './sort-codes.ts';
import type { StringTable } from './string-table.ts';

/** What rows are ordered by. Rows that are equal in it are ordered by id. */
export interface SortKey {
  /** Changes whenever the row may have to move. */
  readonly mark: (id: number) => number;
  /** Below, equal to or above 0. */
  readonly compare: (left: number, right: number) => number;
  /** Makes numbers that order rows as `compare` does, as of now: for sorting many at once. */
  ranks(): (id: number) => number;
}

/** The key of a column of the list. Flows without a duration or a status come last. */
export function sortKey(column: Order['column'], table: FlowTable): SortKey {
  switch (column) {
    case 'id':
      return byNumber((id) => id);
    case 'time':
      return byNumber(table.time);
    case 'duration':
      return byNumber((id) => {
        const duration = table.duration(id);
        return Number.isNaN(duration) ? Number.POSITIVE_INFINITY : duration;
      });
    case 'size':
      return byNumber((id) => table.requestSize(id) + table.answerSize(id));
    case 'status':
      return byNumber((id) => statusRank(table.status.value(table.status.code(id))));
    case 'protocol':
      return byText(table.protocol, (protocol) => protocol);
    case 'source':
      return byText(table.source, partyText);
    case 'destination':
      return byText(table.destination, partyText);
    case 'method':
      return byString(table.method, table.strings.method);
    case 'target':
      return byString(table.target, table.strings.target);
  }
}

function byNumber(number: (id: number) => number): SortKey {
  return { mark: number, compare: (left, right) => order(number(left), number(right)), ranks: () => number };
}

/** Columns of any number of values. */
function byString({ code }: CodedColumn<string>, strings: StringTable): SortKey {
  return {
    mark: code,
    compare: (left, right) => strings.compare(code(left), code(right)),
    ranks() {
      const ranks = new Uint32Array(strings.size());
      for (const [rank, each] of sortCodes(strings).entries()) ranks[each] = rank;
      return (id) => ranks[code(id)]!;
    },
  };
}

/** Columns of few values: by a text of each. */
function byText<Value>({ code, value, size }: CodedColumn<Value>, textOf: (value: Value) => string): SortKey {
  return {
    mark: code,
    compare: (left, right) => order(textOf(value(code(left))), textOf(value(code(right)))),
    ranks() {
      const texts = Array.from({ length: size() }, (_, each) => textOf(value(each)));
      const sorted = [...new Set(texts)].sort(order);
      const rankOf = new Map(sorted.map((text, rank) => [text, rank]));
      const ranks = texts.map((text) => rankOf.get(text)!);
      return (id) => ranks[code(id)]!;
    },
  };
}

function order<Value extends number | string>(left: Value, right: Value): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** What a list shows of a party first, and then what tells it from others. */
function partyText(party: PartyName): string {
  return `${party.service || party.workload || party.pod || party.address}\n${party.pod}\n${party.address}`;
}

const KINDS: readonly Status['kind'][] = ['http', 'grpc', 'diameter', 'diameter-experimental'];

/** By protocol, then by code: codes of different protocols do not compare. */
function statusRank(status: Status | null): number {
  return status === null ? Number.POSITIVE_INFINITY : KINDS.indexOf(status.kind) * 2 ** 32 + status.code;
}
