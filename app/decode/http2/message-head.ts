import type { Header } from '../../model/exchange.ts';
import type { MessageHead } from '../http/exchange.ts';

/** A decoded header block, as what it says of the message. RFC 9113 section 8.3. */
export interface HeaderBlock extends MessageHead {
  readonly contentType: string;
  /** `:protocol` of an extended CONNECT, RFC 8441. */
  readonly protocol: string;
  /** It has pseudo-header fields of a request or of an answer; '' when it has none that is known. */
  readonly kind: 'request' | 'answer' | '';
  /** The first field is not known: it may be a pseudo-header field. */
  readonly beginsUnknown: boolean;
  /** Some field is not known. */
  readonly hasUnknown: boolean;
  readonly hasGrpcStatus: boolean;
}

const COLON = 0x3a;

/** Looks through the fields of a block once. */
export function readHeaderBlock(headers: Header[]): HeaderBlock {
  let method = '';
  let target = '';
  let scheme = '';
  let authority = '';
  let host = '';
  let status = 0;
  let contentType = '';
  let protocol = '';
  let kind: HeaderBlock['kind'] = '';
  let hasUnknown = false;
  let hasGrpcStatus = false;
  for (const header of headers) {
    const { name, value } = header;
    if (header.unknown === true) hasUnknown = true;
    if (name.charCodeAt(0) === COLON) {
      if (name === ':status') {
        status = /^\d{3}$/.test(value) ? Number(value) : 0;
        kind = 'answer';
      } else {
        kind = 'request';
        if (name === ':method') method = value;
        else if (name === ':path') target = value;
        else if (name === ':scheme') scheme = value;
        else if (name === ':authority') authority = value;
        else if (name === ':protocol') protocol = value;
      }
    } else if (name === 'content-type') contentType ||= value;
    else if (name === 'host') host ||= value;
    else if (name === 'grpc-status') hasGrpcStatus = true;
  }
  return {
    version: '2',
    method,
    target,
    scheme,
    authority: authority === '' ? host : authority,
    status,
    reason: '',
    headers,
    contentType,
    protocol,
    kind,
    beginsUnknown: headers[0]?.unknown === true && headers[0].name === '',
    hasUnknown,
    hasGrpcStatus,
  };
}
