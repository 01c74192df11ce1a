import type { AvpDetail } from '../api/types.ts';
import type { PodIdentity } from '../model/endpoint.ts';
import type { DiameterMessage, Header, HttpMessage, Transport } from '../model/exchange.ts';
import type { DiameterSummary, Status } from '../model/flow.ts';

/** A column whose rows hold codes: what is asked of a value is asked once for each code, however many rows have it. */
export interface CodedColumn<Value> {
  /** The code at a row; dense from 0. A code keeps its value. */
  readonly code: (id: number) => number;
  readonly value: (code: number) => Value;
  /** How many codes there are. */
  readonly size: () => number;
}

/** A party without its port. */
export interface PartyName extends PodIdentity {
  readonly address: string;
}

/** Columns that hold codes. */
export interface CodedColumns {
  readonly source: CodedColumn<PartyName>;
  readonly destination: CodedColumn<PartyName>;
  readonly protocol: CodedColumn<string>;
  readonly state: CodedColumn<string>;
  readonly vantage: CodedColumn<string>;
  readonly severity: CodedColumn<string | null>;
  readonly transport: CodedColumn<Transport>;
  readonly status: CodedColumn<Status | null>;
  readonly diameter: CodedColumn<DiameterSummary | null>;
  readonly method: CodedColumn<string>;
  readonly target: CodedColumn<string>;
  readonly host: CodedColumn<string>;
  readonly sessionId: CodedColumn<string>;
  readonly requestId: CodedColumn<string>;
  readonly traceId: CodedColumn<string>;
}

/** A number at a row, or NaN where there is none. Booleans are 1 and 0. */
export type NumberColumn = (id: number) => number;

/** Columns that hold numbers. */
export interface NumberColumns {
  readonly id: NumberColumn;
  /** Milliseconds since the epoch. */
  readonly time: NumberColumn;
  /** Milliseconds. */
  readonly duration: NumberColumn;
  readonly sourcePort: NumberColumn;
  readonly destinationPort: NumberColumn;
  readonly requestSize: NumberColumn;
  readonly answerSize: NumberColumn;
  readonly requestMessages: NumberColumn;
  readonly answerMessages: NumberColumn;
  readonly stream: NumberColumn;
  readonly streamId: NumberColumn;
  readonly cut: NumberColumn;
  readonly lossy: NumberColumn;
  readonly answered: NumberColumn;
}

/** What a filter asks of flows: the same by-column view whether they stand in memory or elsewhere. */
export interface FlowColumns extends CodedColumns, NumberColumns {}

/** A Diameter message with its tree of AVPs, which is decoded when it is asked for. */
export interface DecodedDiameter {
  readonly message: DiameterMessage;
  avps(): readonly AvpDetail[];
}

/** Reads what the index does not hold. It may be slow, so filters that need it are evaluated in slices. */
export interface DetailReader {
  /** Header and trailer fields of one side; none for Diameter and for sides that were not seen. */
  headers(id: number, side: 'request' | 'answer'): readonly Header[];
  /** One side as HTTP; null for Diameter and for a side that was not seen. */
  http(id: number, side: 'request' | 'answer'): HttpMessage | null;
  /** Request and answer, as far as they were seen; none for other protocols. */
  diameter(id: number): readonly DecodedDiameter[];
  /** The beginning of both sides' bodies as text, content coding as sent; none where there is none, nor for Diameter. */
  bodies(id: number): readonly string[];
}
