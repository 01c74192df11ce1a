import type { CaptureEvent } from '../../../app/capture/document.ts';

/** Header fields that carry credentials. */
export const DEFAULT_REDACTED: readonly string[] = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
];
const REPLACEMENT = '[redacted]';

/** Replaces the values of header and trailer fields before anything else sees them. */
export class Redactor {
  private readonly names: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    this.names = new Set(names.map((name) => name.toLowerCase()));
  }

  /** The events with values replaced; `found` gains the names. Events without such fields are passed on as they are. */
  apply(events: readonly CaptureEvent[], found: Set<string>): readonly CaptureEvent[] {
    let changed: CaptureEvent[] | null = null;
    for (const [index, event] of events.entries()) {
      if (
        (event.kind !== 'headers' && event.kind !== 'trailers') ||
        !event.headers.some(([name]) => this.hides(name))
      ) {
        continue;
      }
      changed ??= [...events];
      changed[index] = { ...event, headers: event.headers.map((field) => this.field(field, found)) };
    }
    return changed ?? events;
  }

  private hides(name: string): boolean {
    return this.names.has(name) || this.names.has(name.toLowerCase());
  }

  private field(field: readonly [string, string], found: Set<string>): readonly [string, string] {
    if (!this.hides(field[0])) return field;
    found.add(field[0].toLowerCase());
    return [field[0], REPLACEMENT];
  }
}
