import { isoTime } from '../../app/model/iso-time.ts';

/** Numbers as people read them. Times are milliseconds since the epoch, shown by the clock of this machine. */

/** For what no calendar has. */
const unknownTime = 'unknown time';

const counts = new Intl.NumberFormat('en-US');

/** `1,391,220` */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** `96 B`, `18.2 kB`, `1.9 GB`: powers of 1000, as disks and networks count. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${Math.round(bytes)} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1_000;
  let unit = 0;
  // 999.95 would be shown as 1000.0.
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** `0.42 ms`, `38.4 ms`, `1.00 s`, `02:05 min`, `3:12:00 h`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 0) return `−${formatDuration(-milliseconds)}`;
  if (milliseconds < 1) return `${milliseconds.toFixed(2)} ms`;
  if (milliseconds < 999.95) return `${milliseconds.toFixed(1)} ms`;
  const seconds = milliseconds / 1_000;
  if (seconds < 99.995) return `${seconds.toFixed(2)} s`;
  return `${formatCountdown(milliseconds)} ${seconds < 3_599.5 ? 'min' : 'h'}`;
}

/** `24:31`, `1:02:09`. */
export function formatCountdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = `${two(minutes)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** `14:07:52.133` */
export function formatTime(time: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return unknownTime;
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${three(date.getMilliseconds())}`;
}

/** How points in time are told: by the clock of this machine, with the date too, or as logs in a cluster have them. */
export type TimeStyle = 'clock' | 'date' | 'utc';

/** `14:07:52.133`, `2026-11-22 14:07:52.133`, `2026-11-22T13:07:52.133Z` */
export function formatTimeAs(time: number, style: TimeStyle): string {
  if (style === 'utc') return isoText(time);
  return style === 'date' ? formatDate(time, '') : formatTime(time);
}

/** `2026-11-22T13:07:52.133Z`; of a damaged capture, `unknown time`. */
export function isoText(time: number): string {
  return isoTime(time) ?? unknownTime;
}

/** `2026-11-22 14:07:52.133456`: to the microsecond, as far as the number holds it. */
export function formatDateTime(time: number): string {
  return formatDate(time, three(Math.floor((time - Math.floor(time)) * 1_000)));
}

function formatDate(time: number, micros: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return unknownTime;
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${formatTime(time)}${micros}`;
}

/** `1 message`, `48 messages`. */
export function plural(count: number, singular: string, several = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : several}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function three(value: number): string {
  return String(value).padStart(3, '0');
}
