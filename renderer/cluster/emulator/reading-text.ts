import type { EmulatorReading } from '../../../app/api/emulator-types.ts';
import { formatBytes, formatCount, plural } from '../../ui/format.ts';

/** `Following, 48 files read, 1 failed`. */
export function phaseText({ phase, files, read, failed }: EmulatorReading): string {
  const done = phase === 'reading' ? `${formatCount(read)} of ${plural(files, 'file')}` : plural(read, 'file');
  const parts = [
    phase === 'following' ? `Following, ${done} read` : phase === 'reading' ? `Reading ${done}` : `${done} read`,
    ...(failed === 0 ? [] : [`${formatCount(failed)} failed`]),
  ];
  return parts.join(', ');
}

/** `Following, 48 files read, 1 failed · 52 captures, 1.2 MB`. */
export function readingText(reading: EmulatorReading): string {
  return `${phaseText(reading)} · ${plural(reading.captures, 'capture')}, ${formatBytes(reading.bytes)}`;
}

/** Something of it goes on, or went wrong: worth a place in the top line. */
export function isWorthTelling({ phase, failed, problem, problems }: EmulatorReading): boolean {
  return phase !== 'ended' || failed > 0 || problem !== '' || problems.length > 0;
}
