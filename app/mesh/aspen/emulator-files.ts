/** A file that an analysis emulator has written below `/tmp`. */
export interface EmulatorFile {
  /** Pod that has it. */
  readonly pod: string;
  readonly name: string;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly changed: number;
}

export const emulatorFolder = '/tmp';

/** Prints size, time in seconds and name of each capture, for GNU's tools and for those of busybox. */
export const listCommand: readonly string[] = [
  'sh',
  '-c',
  `cd ${emulatorFolder} && find . -maxdepth 1 -type f '(' -name '*.bson' -o -name '*.pcap' ')' -exec stat -c '%s %Y %n' {} +`,
];

/** Only names that cannot lead elsewhere, here or there. Any name of an emulator is one. */
const safeName = /^[A-Za-z0-9_][-A-Za-z0-9_.@=+:,]{0,250}$/;

/** Reads what `listCommand` printed; lines that are no file of a capture are passed over. */
export function readList(pod: string, printed: string): readonly EmulatorFile[] {
  return printed.split('\n').flatMap((line) => {
    const [, size, seconds, name = ''] = /^(\d+) (\d+) \.\/(.+)$/.exec(line) ?? [];
    if (!safeName.test(name)) return [];
    return [{ pod, name, size: Number(size), changed: Number(seconds) * 1000 }];
  });
}

export function pullCommand({ name }: EmulatorFile): readonly string[] {
  return ['cat', `${emulatorFolder}/${name}`];
}
