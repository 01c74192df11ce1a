import type { Problem } from '../../model/problem.ts';
import type { HeaderSection } from './header-section.ts';
import type { Framing } from './message-listener.ts';

const NONE: Framing = { kind: 'none' };
const CHUNKED: Framing = { kind: 'chunked' };
const CLOSE: Framing = { kind: 'close' };

/** How the body of a request is delimited. RFC 9112 section 6.3. */
export function requestFraming(section: HeaderSection, problems: Problem[]): Framing {
  if (section.transferEncoding !== '') {
    checkBothLengths(section, problems);
    if (endsChunked(section.transferEncoding)) return CHUNKED;
    problems.push({
      severity: 'error',
      code: 'http.transfer_encoding',
      text: `The request's Transfer-Encoding "${section.transferEncoding}" does not end in chunked, so its length cannot be known.`,
    });
    return NONE;
  }
  return section.contentLength > 0 ? { kind: 'length', length: section.contentLength } : NONE;
}

/** How the body of an answer is delimited; `method` is the request's, '' when it is not known. RFC 9112 section 6.3. */
export function answerFraming(section: HeaderSection, method: string, status: number, problems: Problem[]): Framing {
  if (method === 'HEAD' || status === 204 || status === 304 || (status >= 100 && status < 200)) return NONE;
  if (method === 'CONNECT' && status >= 200 && status < 300) return CLOSE;
  if (section.transferEncoding !== '') {
    checkBothLengths(section, problems);
    return endsChunked(section.transferEncoding) ? CHUNKED : CLOSE;
  }
  if (section.contentLength < 0) return CLOSE;
  return section.contentLength === 0 ? NONE : { kind: 'length', length: section.contentLength };
}

function endsChunked(transferEncoding: string): boolean {
  return /(?:^|,)\s*chunked\s*$/i.test(transferEncoding);
}

/** RFC 9112 section 6.1: Transfer-Encoding wins, and a recipient ought to be wary of it. */
function checkBothLengths(section: HeaderSection, problems: Problem[]): void {
  if (section.contentLength < 0) return;
  problems.push({
    severity: 'warning',
    code: 'http.both_lengths',
    text: 'Content-Length and Transfer-Encoding are both given. The latter was followed; another recipient might follow the former.',
  });
}
