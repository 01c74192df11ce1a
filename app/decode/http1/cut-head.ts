import { type HeaderSection, parseHeaderSection } from './header-section.ts';
import { parseStartLine, type RequestLine, type StatusLine } from './start-line.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** What can be told of a message whose header section was not captured to its end. */
export interface CutHead {
  readonly line: RequestLine | StatusLine;
  /** The field lines that are whole. */
  readonly section: HeaderSection;
}

/** Reads the whole lines of a header section that `bytes` begin with; null when not even the start line is whole. */
export function readCutHead(bytes: Uint8Array): CutHead | null {
  const lineFeed = bytes.indexOf(LINE_FEED);
  if (lineFeed < 0) return null;
  const line = parseStartLine(bytes, 0, bytes[lineFeed - 1] === CARRIAGE_RETURN ? lineFeed - 1 : lineFeed);
  if (line === null) return null;
  return { line, section: parseHeaderSection(bytes, lineFeed + 1, bytes.lastIndexOf(LINE_FEED) + 1) };
}
