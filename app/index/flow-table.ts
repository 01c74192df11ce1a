import type { FlowRow } from '../api/types.ts';
import type { CodedColumn, FlowColumns, PartyName } from '../filter/flow-columns.ts';
import type { ExchangeState, Protocol, Transport } from '../model/exchange.ts';
import type { DiameterSummary, FlowSummary, Party, Status } from '../model/flow.ts';
import { type Column, createColumn } from './column.ts';
import { createDictionary, type Dictionary } from './dictionary.ts';
import { createStringTable, type StringTable } from './string-table.ts';

type Vantage = FlowSummary['vantage'];
type Severity = FlowSummary['severity'];

/** All flows, by columns. A row is a flow's id. */
export interface FlowTable extends FlowColumns {
  /** Writes all columns of a row: the next new one, or one that is there. */
  write(id: number, summary: FlowSummary): void;
  read(id: number): FlowRow;
  /** Marks a row as gone. What it held stays until the session ends. */
  remove(id: number): void;
  readonly isRemoved: (id: number) => boolean;
  /** The tables behind the columns that lists are ordered by. */
  readonly strings: Readonly<Record<'method' | 'target', StringTable>>;
  /** Memory of columns and strings. The few values of dictionaries are not counted. */
  bytes(): number;
}

/** Flags of a row. */
const CUT = 1;
const LOSSY = 2;
const HAS_STREAM_ID = 4;
const REMOVED = 8;
const ANSWERED = 16;

/** Makes an empty table. */
export function createFlowTable(): FlowTable {
  const columns: Column[] = [];
  const column = (kind: Parameters<typeof createColumn>[0]) => {
    const made = createColumn(kind);
    columns.push(made);
    return made;
  };
  const tables: StringTable[] = [];
  const strings = () => {
    const table = createStringTable();
    const codes = column(Uint32Array);
    tables.push(table);
    return {
      table,
      codes,
      coded: { code: codes.get, value: table.value, size: table.size } satisfies CodedColumn<string>,
    };
  };
  const dictionary = <Value>(values: Dictionary<Value>, kind: Parameters<typeof createColumn>[0] = Uint32Array) => {
    const codes = column(kind);
    return {
      values,
      codes,
      coded: { code: codes.get, value: values.value, size: values.size } satisfies CodedColumn<Value>,
    };
  };

  const parties = createDictionary<PartyName>(partyKey, nameOf);
  const source = dictionary(parties);
  const destination = dictionary(parties);
  const protocol = dictionary(createDictionary<Protocol>(String), Uint8Array);
  const state = dictionary(createDictionary<ExchangeState>(String), Uint8Array);
  const vantage = dictionary(createDictionary<Vantage>(String), Uint8Array);
  const severity = dictionary(createDictionary<Severity>(String), Uint8Array);
  const transport = dictionary(createDictionary<Transport>(String), Uint8Array);
  const status = dictionary(createDictionary<Status | null>(statusKey));
  const diameter = dictionary(createDictionary<DiameterSummary | null>(diameterKey));
  const method = strings();
  const target = strings();
  const host = strings();
  const sessionId = strings();
  const requestId = strings();
  const traceId = strings();
  const time = column(Float64Array);
  const duration = column(Float64Array);
  const sourcePort = column(Uint16Array);
  const destinationPort = column(Uint16Array);
  const requestSize = column(Float64Array);
  const answerSize = column(Float64Array);
  const requestMessages = column(Uint32Array);
  const answerMessages = column(Uint32Array);
  const stream = column(Uint32Array);
  const streamId = column(Uint32Array);
  const flags = column(Uint8Array);

  function write(id: number, summary: FlowSummary): void {
    source.codes.set(id, parties.code(summary.source));
    destination.codes.set(id, parties.code(summary.destination));
    protocol.codes.set(id, protocol.values.code(summary.protocol));
    state.codes.set(id, state.values.code(summary.state));
    vantage.codes.set(id, vantage.values.code(summary.vantage));
    severity.codes.set(id, severity.values.code(summary.severity));
    transport.codes.set(id, transport.values.code(summary.transport));
    status.codes.set(id, status.values.code(summary.status));
    diameter.codes.set(id, diameter.values.code(summary.diameter ?? null));
    method.codes.set(id, method.table.intern(summary.method));
    target.codes.set(id, target.table.intern(summary.target));
    host.codes.set(id, host.table.intern(summary.host));
    sessionId.codes.set(id, sessionId.table.intern(summary.sessionId));
    requestId.codes.set(id, requestId.table.intern(summary.requestId));
    traceId.codes.set(id, traceId.table.intern(summary.traceId));
    time.set(id, summary.time);
    duration.set(id, summary.duration ?? Number.NaN);
    sourcePort.set(id, summary.source.port);
    destinationPort.set(id, summary.destination.port);
    requestSize.set(id, summary.requestSize);
    answerSize.set(id, summary.answerSize);
    requestMessages.set(id, summary.messageCount[0]);
    answerMessages.set(id, summary.messageCount[1]);
    stream.set(id, summary.stream);
    streamId.set(id, summary.streamId ?? 0);
    flags.set(
      id,
      (summary.cut ? CUT : 0) |
        (summary.lossy ? LOSSY : 0) |
        (summary.streamId === undefined ? 0 : HAS_STREAM_ID) |
        (summary.answered ? ANSWERED : 0),
    );
  }

  function read(id: number): FlowRow {
    const names = diameter.coded.value(diameter.codes.get(id));
    const milliseconds = duration.get(id);
    return {
      id,
      protocol: protocol.coded.value(protocol.codes.get(id)),
      time: time.get(id),
      duration: Number.isNaN(milliseconds) ? null : milliseconds,
      source: party(source.codes.get(id), sourcePort.get(id)),
      destination: party(destination.codes.get(id), destinationPort.get(id)),
      method: method.table.value(method.codes.get(id)),
      target: target.table.value(target.codes.get(id)),
      host: host.table.value(host.codes.get(id)),
      status: status.coded.value(status.codes.get(id)),
      state: state.coded.value(state.codes.get(id)),
      requestSize: requestSize.get(id),
      answerSize: answerSize.get(id),
      messageCount: [requestMessages.get(id), answerMessages.get(id)],
      cut: (flags.get(id) & CUT) !== 0,
      lossy: (flags.get(id) & LOSSY) !== 0,
      vantage: vantage.coded.value(vantage.codes.get(id)),
      severity: severity.coded.value(severity.codes.get(id)),
      answered: (flags.get(id) & ANSWERED) !== 0,
      transport: transport.coded.value(transport.codes.get(id)),
      stream: stream.get(id),
      ...((flags.get(id) & HAS_STREAM_ID) !== 0 && { streamId: streamId.get(id) }),
      ...(names !== null && { diameter: names }),
      sessionId: sessionId.table.value(sessionId.codes.get(id)),
      requestId: requestId.table.value(requestId.codes.get(id)),
      traceId: traceId.table.value(traceId.codes.get(id)),
    };
  }

  function party(code: number, port: number): Party {
    return { ...parties.value(code), port };
  }

  return {
    write,
    read,
    remove: (id) => flags.set(id, flags.get(id) | REMOVED),
    isRemoved: (id) => (flags.get(id) & REMOVED) !== 0,
    source: source.coded,
    destination: destination.coded,
    protocol: protocol.coded,
    state: state.coded,
    vantage: vantage.coded,
    severity: severity.coded,
    transport: transport.coded,
    status: status.coded,
    diameter: diameter.coded,
    method: method.coded,
    target: target.coded,
    host: host.coded,
    sessionId: sessionId.coded,
    requestId: requestId.coded,
    traceId: traceId.coded,
    id: (id) => id,
    time: time.get,
    duration: duration.get,
    sourcePort: sourcePort.get,
    destinationPort: destinationPort.get,
    requestSize: requestSize.get,
    answerSize: answerSize.get,
    requestMessages: requestMessages.get,
    answerMessages: answerMessages.get,
    stream: stream.get,
    streamId: (id) => ((flags.get(id) & HAS_STREAM_ID) !== 0 ? streamId.get(id) : Number.NaN),
    cut: (id) => flags.get(id) & CUT,
    lossy: (id) => (flags.get(id) & LOSSY) >> 1,
    answered: (id) => (flags.get(id) & ANSWERED) >> 4,
    strings: { method: method.table, target: target.table },
    bytes: () => [...columns, ...tables].reduce((sum, part) => sum + part.bytes(), 0),
  };
}

/** A party without its port. */
function nameOf({ address, pod, namespace, service, workload, node, serviceAccount }: PartyName): PartyName {
  return { address, pod, namespace, service, workload, node, serviceAccount };
}

function partyKey(party: PartyName): string {
  return `${party.address}\n${party.pod}\n${party.namespace}\n${party.service}\n${party.workload}\n${party.node}\n${party.serviceAccount}`;
}

function statusKey(status: Status | null): string {
  return status === null ? '' : `${status.kind} ${status.code} ${status.error ? 1 : 0} ${status.text}`;
}

function diameterKey(diameter: DiameterSummary | null): string {
  if (diameter === null) return '';
  const { commandCode, applicationId, originHost, originRealm, destinationHost, destinationRealm } = diameter;
  return `${commandCode} ${applicationId}\n${originHost}\n${originRealm}\n${destinationHost}\n${destinationRealm}`;
}
