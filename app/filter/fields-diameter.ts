import { defineField, type FilterField } from './field.ts';
import { coded, DIAMETER, diameterValues, numeric, presence } from './field-source.ts';

const CC_REQUEST_TYPES: ReadonlyMap<string, number> = new Map([
  ['CCR-I', 1],
  ['CCR-U', 2],
  ['CCR-T', 3],
  ['CCR-E', 4],
]);

/** Fields of Diameter, but for those of single AVPs. */
export const DIAMETER_FIELDS: readonly FilterField[] = [
  defineField('diameter', 'protocol', 'Diameter.', presence(DIAMETER), { wireshark: ['diameter'] }),
  defineField(
    'diameter.cmd.code',
    'number',
    'Command code: 272 for Credit-Control.',
    [coded('diameter', (diameter) => diameter?.commandCode)],
    { wireshark: ['diameter.cmd.code'] },
  ),
  defineField(
    'diameter.applicationId',
    'number',
    'Application of the command: 4 for credit control.',
    [coded('diameter', (diameter) => diameter?.applicationId)],
    { wireshark: ['diameter.applicationId'] },
  ),
  ...(
    [
      ['diameter.flags.request', 0x80, 'R'],
      ['diameter.flags.proxyable', 0x40, 'P'],
      ['diameter.flags.error', 0x20, 'E'],
      ['diameter.flags.T', 0x10, 'T'],
    ] as const
  ).map(([name, bit, letter]) =>
    defineField(
      name,
      'boolean',
      `Bit ${letter} of the command flags, of request and answer.`,
      [diameterValues(({ message }) => ((message.flags & bit) === 0 ? 0 : 1))],
      { wireshark: [name] },
    ),
  ),
  defineField(
    'diameter.hopbyhopid',
    'number',
    'Hop-by-Hop Identifier.',
    [diameterValues(({ message }) => message.hopByHopId)],
    { wireshark: ['diameter.hopbyhopid'] },
  ),
  defineField(
    'diameter.endtoendid',
    'number',
    'End-to-End Identifier.',
    [diameterValues(({ message }) => message.endToEndId)],
    { wireshark: ['diameter.endtoendid'] },
  ),
  defineField(
    'diameter.length',
    'number',
    'Message length, of request and answer.',
    [diameterValues(({ message }) => message.body.length)],
    { wireshark: ['diameter.length'] },
  ),
  defineField(
    'diameter.Session-Id',
    'string',
    'Session-Id AVP.',
    [coded('sessionId', (session) => session, DIAMETER)],
    {
      wireshark: ['diameter.Session-Id'],
    },
  ),
  defineField(
    'diameter.Result-Code',
    'number',
    'Result-Code of the answer: 2001 for success.',
    [coded('status', (status) => (status?.kind === 'diameter' ? status.code : undefined))],
    { wireshark: ['diameter.Result-Code'], side: 'answer' },
  ),
  defineField(
    'diameter.Experimental-Result-Code',
    'number',
    'Code inside Experimental-Result of the answer.',
    [coded('status', (status) => (status?.kind === 'diameter-experimental' ? status.code : undefined))],
    { wireshark: ['diameter.Experimental-Result-Code'], side: 'answer' },
  ),
  defineField(
    'diameter.CC-Request-Type',
    'number',
    '1 initial, 2 update, 3 termination, 4 event (RFC 8506).',
    [coded('method', (method) => CC_REQUEST_TYPES.get(method), DIAMETER)],
    { wireshark: ['diameter.CC-Request-Type'] },
  ),
  defineField(
    'diameter.Origin-Host',
    'string',
    'Origin-Host of the request.',
    [coded('diameter', (diameter) => diameter?.originHost)],
    { wireshark: ['diameter.Origin-Host'], side: 'request' },
  ),
  defineField(
    'diameter.Origin-Realm',
    'string',
    'Origin-Realm of the request.',
    [coded('diameter', (diameter) => diameter?.originRealm)],
    { wireshark: ['diameter.Origin-Realm'], side: 'request' },
  ),
  defineField(
    'diameter.Destination-Host',
    'string',
    'Destination-Host of the request.',
    [coded('diameter', (diameter) => diameter?.destinationHost)],
    { wireshark: ['diameter.Destination-Host'], side: 'request' },
  ),
  defineField(
    'diameter.Destination-Realm',
    'string',
    'Destination-Realm of the request.',
    [coded('diameter', (diameter) => diameter?.destinationRealm)],
    { wireshark: ['diameter.Destination-Realm'], side: 'request' },
  ),
  defineField(
    'diameter.resp_time',
    'duration',
    'Duration of the exchange; a plain number is seconds, as in Wireshark.',
    [numeric((columns) => columns.duration, DIAMETER)],
    { unit: 1000, wireshark: ['diameter.resp_time'], side: 'answer' },
  ),
];
