import { defineField, type FilterField } from './field.ts';
import { HTTP, HTTP2, headerFields, headerValuesAs } from './field-source.ts';

type Side = 'request' | 'answer';

/** A header field with a name of its own in Wireshark. */
interface NamedHeader {
  readonly name: string;
  readonly sides: readonly Side[];
  /** In which of Wireshark's families it is. */
  readonly families: readonly ('http' | 'http2')[];
  readonly type: 'string' | 'number';
}

function headers(
  families: NamedHeader['families'],
  sides: readonly Side[],
  names: readonly string[],
  type: NamedHeader['type'] = 'string',
): NamedHeader[] {
  return names.map((name) => ({ name, sides, families, type }));
}

const REQUEST: readonly Side[] = ['request'];
const ANSWER: readonly Side[] = ['answer'];
const BOTH: readonly Side[] = ['request', 'answer'];
const NAMED_HEADERS: readonly NamedHeader[] = [
  ...headers(['http', 'http2'], REQUEST, ['user-agent', 'referer', 'cookie', 'authorization', 'proxy-authorization']),
  ...headers(['http', 'http2'], REQUEST, ['accept', 'accept-encoding', 'accept-language']),
  ...headers(['http'], REQUEST, ['x-forwarded-for', 'http2-settings']),
  ...headers(['http'], REQUEST, ['sec-websocket-key', 'sec-websocket-version']),
  ...headers(['http2'], REQUEST, [
    'accept-charset',
    'expect',
    'from',
    'range',
    'if-match',
    'if-none-match',
    'if-range',
  ]),
  ...headers(['http2'], REQUEST, ['if-modified-since', 'if-unmodified-since']),
  ...headers(['http2'], REQUEST, ['max-forwards'], 'number'),
  ...headers(['http', 'http2'], ANSWER, ['server', 'location', 'set-cookie', 'last-modified']),
  ...headers(['http', 'http2'], ANSWER, ['www-authenticate', 'proxy-authenticate']),
  ...headers(['http'], ANSWER, ['sec-websocket-accept']),
  ...headers(['http2'], ANSWER, ['accept-ranges', 'access-control-allow-origin', 'allow', 'etag', 'expires', 'vary']),
  ...headers(['http2'], ANSWER, ['content-range', 'refresh', 'retry-after', 'strict-transport-security']),
  ...headers(['http2'], ANSWER, ['age'], 'number'),
  ...headers(['http', 'http2'], BOTH, ['content-type', 'content-encoding', 'cache-control', 'date']),
  ...headers(['http', 'http2'], BOTH, ['content-length'], 'number'),
  ...headers(['http'], BOTH, ['connection', 'transfer-encoding', 'upgrade']),
  ...headers(['http'], BOTH, ['sec-websocket-extensions', 'sec-websocket-protocol']),
  ...headers(['http2'], BOTH, ['content-disposition', 'content-language', 'content-location', 'link', 'via']),
];

/** A header value that is a number; '' and lists are none. */
function wholeNumber(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function wiresharkName(family: 'http' | 'http2', header: NamedHeader): string {
  return `${family === 'http' ? 'http' : 'http2.headers'}.${header.name.replaceAll('-', '_')}`;
}

function fieldOf(family: 'http' | 'http2', header: NamedHeader): FilterField {
  const { name, sides, type } = header;
  const protocols = family === 'http' ? HTTP : HTTP2;
  const isPlain = family === 'http' && type === 'string';
  const sources = isPlain
    ? headerFields(name, ...sides)
    : [headerValuesAs(name, sides, protocols, type === 'number' ? wholeNumber : undefined)];
  const isHttp2 = family === 'http2';
  const one = isHttp2 ? `an HTTP/2 ${sides[0]}` : `the ${sides[0]}`;
  const where = sides.length === 2 ? `either side${isHttp2 ? ' of HTTP/2' : ''}` : one;
  const hint = name === 'content-length' ? ' The true lengths are flow.request.size and flow.response.size.' : '';
  const text = `Header field ${name} of ${where}.${hint}`;
  const families = family === 'http' ? header.families : (['http2'] as const);
  return defineField(wiresharkName(family, header), type, text, sources, {
    wireshark: families.map((each) => wiresharkName(each, header)),
    side: sides.length === 2 ? 'both' : sides[0]!,
  });
}

function fieldsOf(family: 'http' | 'http2'): FilterField[] {
  return NAMED_HEADERS.filter(({ families }) => families.includes(family)).map((header) => fieldOf(family, header));
}

/** Header fields that Wireshark has a field for, of HTTP of any version. */
export const HTTP_HEADER_FIELDS: readonly FilterField[] = fieldsOf('http');
/** The same of HTTP/2 alone. */
export const HTTP2_HEADER_FIELDS: readonly FilterField[] = fieldsOf('http2');
