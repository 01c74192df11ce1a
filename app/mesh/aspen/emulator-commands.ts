import type { EmulatorFile, EmulatorPod } from './emulator-files.ts';

const emulatorFolder = '/tmp';

/** Files of one pod that are listed at most: the newest. */
export const mostFiles = 20_000;

/** A pipe hides that a program of it is missing. */
const need = (...programs: readonly string[]) =>
  `for p in ${programs.join(' ')}; do command -v $p >/dev/null || { echo "$p: not found" >&2; exit 127; }; done`;

/**
 * Prints size, time in seconds and name of each capture, for GNU's tools and for those of busybox; the newest first, and one more
 * than are listed at most, so that it is known whether there are more.
 */
export const listCommand: readonly string[] = [
  'sh',
  '-c',
  `${need('find', 'stat', 'sort', 'head')}; cd ${emulatorFolder} && find . -maxdepth 1 -type f '(' -name '*.bson' -o -name '*.pcap' ')' -exec stat -c '%s %Y %n' {} + | sort -k 2,2nr | head -n ${mostFiles + 1}`,
];

/**
 * How an emulator of another make calls its files is not known, so any name will do that is a line of its own and leads nowhere
 * else; what begins with a dot is none that is finished.
 */
const safeName = /^(?!\.)[^/\p{Cc}\ufffd]{1,255}$/u;

export interface PodListing {
  readonly files: readonly EmulatorFile[];
  /** There are more, older ones. */
  readonly cut: boolean;
  /** Files whose names cannot be asked for. */
  readonly odd: number;
}

/** Reads what `listCommand` printed; lines that are no file of a capture are passed over. */
export function readList({ namespace, pod }: EmulatorPod, printed: string): PodListing {
  const lines = printed.split('\n').filter((line) => line !== '');
  let odd = 0;
  const files = lines.slice(0, mostFiles).flatMap((line) => {
    const [, size, seconds, name = ''] = /^(\d+) (\d+) \.\/(.+)$/.exec(line) ?? [];
    if (!safeName.test(name)) {
      if (size !== undefined && !name.startsWith('.')) odd++;
      return [];
    }
    return [{ namespace, pod, name, size: Number(size), changed: Number(seconds) * 1000 }];
  });
  return { files, cut: lines.length > mostFiles, odd };
}

/** A piece of a file: `length` bytes from `from`. */
export interface FilePiece {
  readonly file: EmulatorFile;
  readonly from: number;
  readonly length: number;
}

const there = 0x2b;
const gone = 0x2d;
const newline = 0x0a;

/**
 * Prints for each piece either `+` and as many bytes as were asked for, or `-` when the file is not there any more. A file that
 * has become shorter makes all of it too short.
 */
const readScript = `${need('tail', 'head')}; cd ${emulatorFolder} && while [ $# -gt 2 ]; do { echo +; if [ $2 = 1 ]; then head -c $3; else tail -c +$2 | head -c $3; fi; } 2>/dev/null <"./$1" || echo -; shift 3; done`;

export function readCommand(pieces: readonly FilePiece[]): readonly string[] {
  const words = pieces.flatMap(({ file, from, length }) => [file.name, String(from + 1), String(length)]);
  return ['sh', '-c', readScript, 'sh', ...words];
}

/** Reads what `readCommand` printed: the bytes of each piece, null for a file that has gone. @throws Error when it is not that */
export function readPieces(pieces: readonly FilePiece[], printed: Uint8Array): readonly (Uint8Array | null)[] {
  let at = 0;
  const read = pieces.map(({ length }) => {
    const mark = printed[at];
    if ((mark !== there && mark !== gone) || printed[at + 1] !== newline) throw unexpected();
    at += 2;
    if (mark === gone) return null;
    at += length;
    return printed.subarray(at - length, at);
  });
  if (at !== printed.length) throw unexpected();
  return read;
}

/** Prints files one behind the other: one program for all of them, where each is wanted as it was listed. */
export function wholeCommand(pieces: readonly FilePiece[]): readonly string[] | null {
  if (!pieces.every(({ file, from, length }) => from === 0 && length === file.size)) return null;
  return ['sh', '-c', `cd ${emulatorFolder} && exec cat "$@"`, 'sh', ...pieces.map(({ file }) => `./${file.name}`)];
}

/** Reads what `wholeCommand` printed; null when one of the files was written to meanwhile: nobody knows where one ends then. */
export function readWhole(pieces: readonly FilePiece[], printed: Uint8Array): readonly Uint8Array[] | null {
  if (pieces.reduce((sum, { length }) => sum + length, 0) !== printed.length) return null;
  let at = 0;
  return pieces.map(({ length }) => {
    at += length;
    return printed.subarray(at - length, at);
  });
}

function unexpected(): Error {
  return new Error('the shell there printed something else than the files that were asked for');
}
