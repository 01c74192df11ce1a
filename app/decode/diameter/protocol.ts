import type { Direction } from '../../model/exchange.ts';
import type { ProtocolDescriptor, Sniffed } from '../stream-decoder.ts';
import { DiameterDecoder } from './decoder.ts';
import { judgeMessage } from './header.ts';

/** Header fields and the AVPs that the summary holds; every other AVP has a field of its dictionary name as well. */
const fields: readonly string[] = [
  'diameter.cmd.code',
  'diameter.applicationId',
  'diameter.hopbyhopid',
  'diameter.endtoendid',
  'diameter.flags.request',
  'diameter.flags.proxyable',
  'diameter.flags.error',
  'diameter.flags.T',
  'diameter.length',
  'diameter.resp_time',
  'diameter.Session-Id',
  'diameter.Result-Code',
  'diameter.Experimental-Result-Code',
  'diameter.Origin-Host',
  'diameter.Origin-Realm',
  'diameter.Destination-Host',
  'diameter.Destination-Realm',
  'diameter.CC-Request-Type',
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
