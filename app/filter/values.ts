import type { Literal } from './syntax.ts';

/** Milliseconds in each unit of a duration. A number without a unit counts as the field's text says. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Decimal with a fraction and an exponent if need be; or a whole number in hexadecimal (0xc8), octal (0310) or binary
 * (0b11001000), as Wireshark reads them. Null when it is no number.
 */
export function readNumber(text: string): number | null {
  const based = /^([+-]?)(?:0x([0-9a-f]+)|0b([01]+)|0([0-9]+))$/i.exec(text);
  if (based) {
    const [, sign, hexadecimal, binary, octal] = based;
    if (octal !== undefined && /[89]/.test(octal)) return null;
    const size = Number.parseInt(hexadecimal ?? binary ?? octal!, hexadecimal ? 16 : binary ? 2 : 8);
    return sign === '-' ? -size : size;
  }
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

/** `true`, `false`, 1 or 0 in any letter case; null when it is none of them. */
export function readBoolean(text: string): boolean | null {
  const lower = text.toLowerCase();
  if (lower === 'true' || lower === '1') return true;
  return lower === 'false' || lower === '0' ? false : null;
}

/** Milliseconds of `250ms`, `1.5s`, `2m`; a plain number counts in units of `plain` milliseconds. Null when it is no duration. */
export function readDuration(text: string, plain: number): number | null {
  const number = readNumber(text);
  if (number !== null) return number * plain;
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*(ns|us|µs|ms|s|min|m|h|d)$/.exec(text);
  return match ? Number(match[1]) * UNITS[match[2]!]! : null;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A time as Wireshark's columns and its "Apply as Filter" write it, `Nov 22, 2026 14:00:00.5`, in the order of ISO 8601. */
function inOrder(text: string): string {
  return text.replace(/^([A-Z][a-z]{2}) +(\d{1,2}), (\d{4})/, (all, name: string, day: string, year: string) => {
    const month = MONTHS.indexOf(name) + 1;
    return month === 0 ? all : `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
  });
}

/**
 * Milliseconds since the epoch of `2026-11-22 14:00:00.5`, with parts left out from the right, local time unless `Z`,
 * `UTC` or an offset follows, or of the same as Wireshark writes it; of seconds since the epoch; or of `-5m`, five minutes before `now`. Null when it is no time.
 */
export function readTime(text: string, now: number): number | null {
  if (text.startsWith('-')) {
    const ago = readNumber(text) === null ? readDuration(text, 1) : null;
    return ago === null ? null : now + ago;
  }
  const seconds = readNumber(text);
  if (seconds !== null && !/^\d{4}$/.test(text)) return seconds * 1000;
  const match =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/.exec(
      inOrder(text),
    );
  if (!match) return null;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((group) => Number(match[group] ?? 0));
  const parts = [year!, month! - 1, day!, hour!, minute!, second!] as const;
  if (!isCalendarTime(parts)) return null;
  const fraction = match[7] === undefined ? 0 : Number(`0.${match[7]}`) * 1000;
  const zone = match[8];
  if (zone === undefined) return new Date(...parts).getTime() + fraction;
  return Date.UTC(...parts) - zoneOffset(zone) + fraction;
}

function isCalendarTime([year, month, day, hour, minute, second]: readonly [
  number,
  number,
  number,
  number,
  number,
  number,
]): boolean {
  const date = new Date(Date.UTC(year, month, day));
  return date.getUTCMonth() === month && date.getUTCDate() === day && hour < 24 && minute < 60 && second <= 60;
}

/** Milliseconds that a zone is ahead of UTC. */
function zoneOffset(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}

/** True when a literal was written with quotes. */
export function isQuoted(literal: Literal): boolean {
  return literal.form !== 'word';
}
