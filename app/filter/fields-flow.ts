import { defineField, type FilterField } from './field.ts';
import { coded, numeric } from './field-source.ts';

/** Fields that every flow has, whatever its protocol. */
export const FLOW_FIELDS: readonly FilterField[] = [
  defineField(
    'frame.time',
    'time',
    'Start of the flow; "-5m" is five minutes ago.',
    [numeric((columns) => columns.time)],
    { wireshark: ['frame.time'], side: 'request' },
  ),
  defineField(
    'frame.time_epoch',
    'time',
    'The same, as Wireshark calls it where it is compared with seconds since 1970.',
    [numeric((columns) => columns.time)],
    { wireshark: ['frame.time'], side: 'request' },
  ),
  defineField('frame.number', 'number', 'Number of the flow in order of arrival.', [numeric((columns) => columns.id)]),
  defineField('flow.protocol', 'string', 'Protocol as the list shows it: "HTTP/1.1", "gRPC".', [
    coded('protocol', (name) => name),
  ]),
  defineField('flow.method', 'string', 'Method or command as the list shows it: "GET", "PlaceOrder", "CCR-U".', [
    coded('method', (method) => method),
  ]),
  defineField('flow.target', 'string', 'Path, operation or session as the list shows it.', [
    coded('target', (target) => target),
  ]),
  defineField('flow.host', 'string', 'Host; for Diameter the Destination-Realm.', [coded('host', (host) => host)]),
  defineField('flow.status', 'string', 'Status as the list shows it: "200", "UNAVAILABLE", "2001".', [
    coded('status', (status) => status?.text),
  ]),
  defineField('flow.status_code', 'number', 'Number of the status, whatever the protocol.', [
    coded('status', (status) => status?.code),
  ]),
  defineField('flow.error', 'boolean', 'HTTP 5xx, a grpc-status other than 0, or a Result-Code of 3000 or above.', [
    coded('status', (status) => (status?.error ? 1 : 0)),
  ]),
  defineField('flow.state', 'string', '"open", "complete", "reset" or "unanswered".', [
    coded('state', (state) => state),
  ]),
  defineField(
    'flow.duration',
    'duration',
    'First byte of the request to the last of the answer; a plain number is milliseconds.',
    [numeric((columns) => columns.duration)],
  ),
  defineField('flow.size', 'number', 'Bytes of both bodies.', [
    numeric((columns) => {
      const { requestSize, answerSize } = columns;
      return (id) => requestSize(id) + answerSize(id);
    }),
  ]),
  defineField('flow.request.size', 'number', 'Bytes of the request body.', [numeric((columns) => columns.requestSize)]),
  defineField('flow.response.size', 'number', 'Bytes of the answer body.', [numeric((columns) => columns.answerSize)]),
  defineField('flow.request.messages', 'number', 'gRPC or WebSocket messages sent by the consumer.', [
    numeric((columns) => columns.requestMessages),
  ]),
  defineField('flow.response.messages', 'number', 'gRPC or WebSocket messages sent by the producer.', [
    numeric((columns) => columns.answerMessages),
  ]),
  defineField('flow.cut', 'boolean', 'A body was cut at the limit or shed.', [numeric((columns) => columns.cut)]),
  defineField('flow.lossy', 'boolean', 'Parts of the flow are missing from the capture.', [
    numeric((columns) => columns.lossy),
  ]),
  defineField('flow.vantage', 'string', 'Who saw it: "consumer", "producer", "both" or "wire".', [
    coded('vantage', (vantage) => vantage),
  ]),
  defineField('flow.severity', 'string', 'Most severe problem: "note", "warning" or "error".', [
    coded('severity', (severity) => severity ?? undefined),
  ]),
  defineField('flow.request_id', 'string', 'x-request-id.', [coded('requestId', (id) => id)]),
  defineField('flow.trace_id', 'string', 'W3C trace id.', [coded('traceId', (id) => id)]),
];
