import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { basename, join } from 'node:path';
import { keepFresh } from '../../keep-fresh.ts';
import { isAlive } from '../../process-alive.ts';

/** Names the folder that everything of ours goes to, for tests and for users who want it elsewhere. */
const folderVariable = 'PACKET_INSPECTOR_HOME';

/** Name of the file in each session's folder. */
export const sessionFile = 'session.pcapng';
/** Name of the file beside it while it is written, which says who does. */
export const writerFile = 'writer';

/** Scratch folders of this process that are in use: what else bears its number was left by another that had it before. */
const inUse = new Set<string>();

const day = 24 * 3_600_000;

/** Containers and machines that share the folders do not share the numbers of processes. Without what no file system takes. */
const host = hostname()
  .replace(/[^\w.-]/g, '_')
  .slice(0, 64);

function usualFolder(): string {
  switch (process.platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Packet Inspector');
    case 'win32':
      return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Packet Inspector');
    default:
      return join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'packet-inspector');
  }
}

function privateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  // An older one may have been made with other rights.
  chmodSync(path, 0o700);
  return path;
}

/** Milliseconds since the epoch as `2026-01-02 03-04-05`, in local time: a name that every file system takes. */
export function sessionName(time: number): string {
  const date = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}-${two(date.getMinutes())}-${two(date.getSeconds())}`;
}

/** The folders that the engine keeps files in, all for this user alone (0700). */
export class Workspace {
  readonly folder: string;
  /** Session files, which stay. */
  readonly sessions: string;
  /** What only this process needs: spilled bodies, uploads, downloads. Removed at the end. */
  readonly scratch: string;
  /** Files that Wireshark was given, which it reads as long as it shows them. Removed a day later. */
  readonly wireshark: string;
  readonly settingsFile: string;
  readonly #stopTouching: () => void;

  /** @throws when the folders cannot be made */
  constructor(folder = process.env[folderVariable] ?? usualFolder()) {
    this.folder = privateFolder(folder);
    this.sessions = privateFolder(join(folder, 'sessions'));
    const scratches = privateFolder(join(folder, 'scratch'));
    removeAbandoned(scratches);
    // Made for this user alone, under a name of its own: in a container every program may have the same number.
    this.scratch = mkdtempSync(join(scratches, `${process.pid}-${host}-`));
    inUse.add(this.scratch);
    this.#stopTouching = keepFresh(this.scratch);
    this.wireshark = privateFolder(join(folder, 'wireshark'));
    removeOld(this.wireshark, Date.now() - day);
    this.settingsFile = join(folder, 'settings.json');
  }

  /** Names this process's use of the folders, for others that share them. */
  get owner(): string {
    return basename(this.scratch);
  }

  /** Whether one that named itself so is still at work. */
  isAtWork(owner: string): boolean {
    const scratches = join(this.folder, 'scratch');
    return basename(owner) === owner && existsSync(join(scratches, owner)) && isInUse(scratches, owner);
  }

  close(): void {
    this.#stopTouching();
    inUse.delete(this.scratch);
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

function removeOld(folder: string, before: number): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).mtimeMs < before) rmSync(path, { force: true });
  }
}

/** Removes what processes left that did not end orderly. */
function removeAbandoned(scratches: string): void {
  for (const name of readdirSync(scratches)) {
    if (!isInUse(scratches, name)) rmSync(join(scratches, name), { recursive: true, force: true });
  }
}

/** By the number of the process, where that is one of this host; of any other, until nothing has touched it for a day. */
function isInUse(scratches: string, name: string): boolean {
  const path = join(scratches, name);
  const [, number, where] = /^(\d+)-(.*)-[A-Za-z0-9]{6}$/.exec(name) ?? [];
  if (where !== host) return (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > Date.now() - day;
  const pid = Number(number);
  return pid === process.pid ? inUse.has(path) : isAlive(pid);
}
