import type { Header, HttpMessage, Protocol } from '../model/exchange.ts';
import type {
  CodedColumn,
  CodedColumns,
  DecodedDiameter,
  DetailReader,
  FlowColumns,
  NumberColumn,
} from './flow-columns.ts';

/** A value of a field. Booleans are 1 and 0; times and durations milliseconds; addresses text. */
export type Scalar = string | number;

/** One place that a value of a field comes from. A field with several places may have several values. */
export type FieldSource =
  | {
      readonly kind: 'coded';
      /** Protocols that have it; null for all. */
      readonly protocols: ReadonlySet<string> | null;
      column(columns: FlowColumns): CodedColumn<Scalar | undefined>;
    }
  | {
      readonly kind: 'number';
      readonly protocols: ReadonlySet<string> | null;
      column(columns: FlowColumns): NumberColumn;
    }
  | {
      readonly kind: 'header';
      readonly side: 'request' | 'answer';
      /** Lower case; null when the filter gives the name in brackets. */
      readonly header: string | null;
    }
  | {
      /** Anything else that has to be read from the session. */
      readonly kind: 'detail';
      readonly protocols: ReadonlySet<string> | null;
      values(details: DetailReader, id: number): readonly Scalar[];
    };

/** Values out of a column of codes; `undefined` and '' mean that the flow has none. */
export function coded<Name extends keyof CodedColumns>(
  name: Name,
  read: (value: ReturnType<CodedColumns[Name]['value']>) => Scalar | undefined,
  protocols: ReadonlySet<string> | null = null,
): FieldSource {
  return {
    kind: 'coded',
    protocols,
    column(columns) {
      const column = columns[name] as CodedColumn<ReturnType<CodedColumns[Name]['value']>>;
      return {
        code: column.code,
        size: column.size,
        value(code) {
          const value = read(column.value(code));
          return value === '' ? undefined : value;
        },
      };
    },
  };
}

/** Values out of a column of numbers. */
export function numeric(
  column: (columns: FlowColumns) => NumberColumn,
  protocols: ReadonlySet<string> | null = null,
): FieldSource {
  return { kind: 'number', protocols, column };
}

/** Values of a header field, on the given sides; `header` is null when the filter names it in brackets. */
export function headerFields(header: string | null, ...sides: readonly ('request' | 'answer')[]): FieldSource[] {
  return sides.map((side) => ({ kind: 'header', side, header }));
}

/** Values of a named header field on the given sides, of some protocols alone, or read as something else than text. */
export function headerValuesAs(
  header: string,
  sides: readonly ('request' | 'answer')[],
  protocols: ReadonlySet<string>,
  read: (text: string) => Scalar | undefined = (text) => text,
): FieldSource {
  return {
    kind: 'detail',
    protocols,
    values: (details, id) =>
      sides.flatMap((side) => headerValues(details.headers(id, side), header).flatMap((text) => read(text) ?? [])),
  };
}

/** Something of every header and trailer field of both sides. */
export function headersOf(protocols: ReadonlySet<string>, read: (header: Header) => string): FieldSource {
  return {
    kind: 'detail',
    protocols,
    values: (details, id) => [...details.headers(id, 'request'), ...details.headers(id, 'answer')].map(read),
  };
}

/** Something of the message of one side; `undefined` and '' mean that it has none. */
export function httpMessageValues(
  side: 'request' | 'answer',
  protocols: ReadonlySet<string>,
  read: (message: HttpMessage) => string | undefined,
): FieldSource {
  return {
    kind: 'detail',
    protocols,
    values: (details, id) => {
      const message = details.http(id, side);
      const value = message === null ? undefined : read(message);
      return value === undefined || value === '' ? [] : [value];
    },
  };
}

/** Values out of both messages of a Diameter exchange. */
export function diameterValues(read: (decoded: DecodedDiameter) => Scalar | readonly Scalar[]): FieldSource {
  return { kind: 'detail', protocols: DIAMETER, values: (details, id) => details.diameter(id).flatMap(read) };
}

/** The values of one header field by its name, in order. RFC 9110 section 5.1: names have no letter case. */
export function headerValues(headers: readonly Header[], name: string): string[] {
  return headers.filter((header) => header.name.toLowerCase() === name).map((header) => header.value);
}

function protocols(...names: readonly Protocol[]): ReadonlySet<string> {
  return new Set(names);
}

export const GRPC = protocols('gRPC', 'gRPC-Web');
export const HTTP = protocols('HTTP/1.0', 'HTTP/1.1', 'HTTP/2', 'gRPC', 'gRPC-Web', 'WebSocket');
/** HTTP whose `method` and `target` are those of HTTP; gRPC shows its own. */
export const PLAIN_HTTP = protocols('HTTP/1.0', 'HTTP/1.1', 'HTTP/2', 'WebSocket');
export const HTTP2 = protocols('HTTP/2', 'gRPC', 'gRPC-Web');
export const WEBSOCKET = protocols('WebSocket');
export const DIAMETER = protocols('Diameter');

/** Whether a flow is of one of these protocols. */
export function presence(protocols: ReadonlySet<string>) {
  return [coded('protocol', (protocol) => (protocols.has(protocol) ? 1 : undefined))];
}
