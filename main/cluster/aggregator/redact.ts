import type { CaptureEvent } from '../../../app/capture/document.ts';

const REPLACEMENT = '[redacted]';
/** User and password before the host of a URL (RFC 3986 section 3.2.1), wherever it stands in a value. */
const USER_INFORMATION = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'<>]+@/gi;
/** Fields that are an authority by themselves. */
const AUTHORITIES: ReadonlySet<string> = new Set([':authority', 'host', 'x-forwarded-host']);

type Field = readonly [string, string];

/** Replaces the values of header and trailer fields, and what URLs in others have before their host, before anything else sees them. */
export class Redactor {
  private readonly names: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    this.names = new Set(names.map((name) => name.toLowerCase()));
  }

  /** The events with values replaced; `found` gains the names. Events without such fields are passed on as they are. */
  apply(events: readonly CaptureEvent[], found: Set<string>): readonly CaptureEvent[] {
    let changed: CaptureEvent[] | null = null;
    for (const [index, event] of events.entries()) {
      if (event.kind !== 'headers' && event.kind !== 'trailers') continue;
      const headers = event.headers.map((field) => this.field(field));
      if (headers.every((field, at) => field === event.headers[at])) continue;
      for (const [at, [name]] of headers.entries())
        if (headers[at] !== event.headers[at]) found.add(name.toLowerCase());
      changed ??= [...events];
      changed[index] = { ...event, headers };
    }
    return changed ?? events;
  }

  /** The very field where there is nothing to replace. */
  private field(field: Field): Field {
    const [name, value] = field;
    if (this.names.has(name) || this.names.has(name.toLowerCase())) return [name, REPLACEMENT];
    if (!value.includes('@')) return field;
    const shown = AUTHORITIES.has(name.toLowerCase())
      ? value.replace(/^.*@/s, `${REPLACEMENT}@`)
      : value.replace(USER_INFORMATION, `$1${REPLACEMENT}@`);
    return shown === value ? field : [name, shown];
  }
}
