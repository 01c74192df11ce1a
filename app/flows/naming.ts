import type { DiameterMessage, Exchange, HttpMessage } from '../model/exchange.ts';
import type { DiameterSummary } from '../model/flow.ts';

/** The Diameter dictionary's names, as far as a list needs them. */
export interface DiameterNames {
  /** `CCR` for 272; the code itself where the dictionary has none. */
  commandAbbreviation(code: number): string;
  /** `Gy` for 4; the number itself where the dictionary has none. */
  applicationName(id: number): string;
}

/** Suffixes of a credit-control request by CC-Request-Type: initial, update, termination, event. RFC 8506 section 8.3. */
const creditControlSuffixes = ['', '-I', '-U', '-T', '-E'];

/** What the list calls an exchange. */
export interface CallName {
  readonly method: string;
  readonly target: string;
  readonly host: string;
}

/** Service and method of a gRPC path `/package.Service/Method`; null where the path is not of that form. */
function grpcNames(path: string): { service: string; method: string } | null {
  const match = /^\/([^/?]+)\/([^/?]+)$/.exec(path);
  return match === null ? null : { service: match[1]!, method: match[2]! };
}

/** An authority without its port; the brackets of an IPv6 address stay. RFC 3986 section 3.2. */
function hostOf(authority: string): string {
  const colon = authority.lastIndexOf(':');
  return colon > authority.lastIndexOf(']') && colon !== -1 ? authority.slice(0, colon) : authority;
}

const unnamed: CallName = { method: '', target: '', host: '' };

function httpName(exchange: Exchange, request: HttpMessage): CallName {
  const host = hostOf(request.authority);
  if (exchange.protocol === 'gRPC' || exchange.protocol === 'gRPC-Web') {
    const names = grpcNames(request.target);
    if (names !== null) return { method: names.method, target: `${names.service}/${names.method}`, host };
  }
  return { method: request.method, target: request.target, host };
}

function diameterName(message: DiameterMessage, names: DiameterNames): CallName {
  const application = names.applicationName(message.applicationId);
  return {
    method: names.commandAbbreviation(message.commandCode) + (creditControlSuffixes[message.ccRequestType] ?? ''),
    target: message.sessionId === '' ? application : `${application} · ${message.sessionId}`,
    host: message.destinationRealm,
  };
}

/** Names an exchange by its request, or by a Diameter answer whose request was not captured. */
export function nameOf(exchange: Exchange, names: DiameterNames): CallName {
  const { request, answer } = exchange;
  if (request?.kind === 'http') return httpName(exchange, request);
  const diameter = request ?? answer;
  return diameter?.kind === 'diameter' ? diameterName(diameter, names) : unnamed;
}

/** What filters ask of a Diameter exchange, or null for other protocols. */
export function diameterSummaryOf(exchange: Exchange): DiameterSummary | null {
  const message = exchange.request ?? exchange.answer;
  if (message?.kind !== 'diameter') return null;
  const { commandCode, applicationId, originHost, originRealm, destinationHost, destinationRealm } = message;
  return { commandCode, applicationId, originHost, originRealm, destinationHost, destinationRealm };
}
