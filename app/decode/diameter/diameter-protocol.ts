import type { Direction } from '../../model/exchange.ts';
import type { FieldDescriptor, ProtocolDescriptor, Sniffed } from '../stream-decoder.ts';
import { DiameterDecoder } from './diameter-decoder.ts';
import { judgeMessage } from './header.ts';

/** Header fields and the AVPs that the summary holds; every other AVP has a field of its dictionary name as well. */
const fields: readonly FieldDescriptor[] = [
  { name: 'diameter.cmd.code', type: 'number', text: 'Command code' },
  { name: 'diameter.applicationId', type: 'number', text: 'Application-ID of the header' },
  { name: 'diameter.hopbyhopid', type: 'number', text: 'Hop-by-Hop Identifier' },
  { name: 'diameter.endtoendid', type: 'number', text: 'End-to-End Identifier' },
  { name: 'diameter.flags.request', type: 'boolean', text: 'R: the message is a request' },
  { name: 'diameter.flags.proxyable', type: 'boolean', text: 'P: the message may be proxied' },
  { name: 'diameter.flags.error', type: 'boolean', text: 'E: the answer is a protocol error' },
  { name: 'diameter.flags.T', type: 'boolean', text: 'T: the request may have been sent before' },
  { name: 'diameter.length', type: 'number', text: 'Length of the message in bytes' },
  { name: 'diameter.resp_time', type: 'time', text: 'Time from request to answer' },
  { name: 'diameter.Session-Id', type: 'string', text: 'Session-Id (263)' },
  { name: 'diameter.Result-Code', type: 'number', text: 'Result-Code (268)' },
  { name: 'diameter.Experimental-Result-Code', type: 'number', text: 'Experimental-Result-Code (298)' },
  { name: 'diameter.Origin-Host', type: 'string', text: 'Origin-Host (264)' },
  { name: 'diameter.Origin-Realm', type: 'string', text: 'Origin-Realm (296)' },
  { name: 'diameter.Destination-Host', type: 'string', text: 'Destination-Host (293)' },
  { name: 'diameter.Destination-Realm', type: 'string', text: 'Destination-Realm (283)' },
  {
    name: 'diameter.CC-Request-Type',
    type: 'number',
    text: 'CC-Request-Type (416): 1 initial, 2 update, 3 termination, 4 event',
  },
];

/**
 * A direction is Diameter when it begins with a header and sound AVPs; when the capture began in the middle of a message,
 * when a whole message lies somewhere in `head`.
 */
function sniff(_direction: Direction, head: Uint8Array): Sniffed {
  const judgement = judgeMessage(head, 0, head.length);
  if (judgement === 'more') return 'more';
  if (judgement !== 'no') return 'yes';
  for (let at = head.indexOf(1, 1); at >= 0; at = head.indexOf(1, at + 1)) {
    if (judgeMessage(head, at, head.length) === 'whole') return 'yes';
  }
  return 'no';
}

/** Diameter over TCP, and over SCTP with one message at a time. RFC 6733. */
export const diameterProtocol: ProtocolDescriptor = {
  name: 'diameter',
  fields,
  ports: [3868],
  sniff,
  create: (context) => new DiameterDecoder(context),
};
