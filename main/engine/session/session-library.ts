import { realpathSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { SessionEntry } from '../../../app/api/session-types.ts';
import { RequestError } from '../api/request-error.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import { isInside } from './is-inside.ts';
import { sessionFile, type Workspace, writerFile } from './workspace.ts';

/** Capture files that are remembered. */
const maximumRecent = 10;
/** Sessions that are listed; older ones stay on disk. */
const maximumListed = 200;

/** What can be opened again: the sessions on disk, and capture files of the user's that were opened before. */
export class SessionLibrary {
  readonly #workspace: Workspace;
  readonly #settings: SettingsStore;
  /** The folder by its name, and by where that leads to. */
  readonly #folders: readonly string[];

  constructor(workspace: Workspace, settings: SettingsStore) {
    this.#workspace = workspace;
    this.#settings = settings;
    this.#folders = [resolve(workspace.folder), realpathSync(workspace.folder)];
  }

  /** Those written or opened last come first. What is gone from the disk is not listed. */
  async list(): Promise<SessionEntry[]> {
    const names = await readdir(this.#workspace.sessions);
    const sessions = await Promise.all(
      // Names are times.
      names
        .sort()
        .reverse()
        .slice(0, maximumListed)
        .map((name) => entryOf('session', name, join(this.#workspace.sessions, name, sessionFile))),
    );
    const { recentCaptures } = this.#settings.get();
    const files = await Promise.all(recentCaptures.map((path) => entryOf('file', basename(path), path)));
    return [...sessions, ...files].filter((entry) => entry !== null).sort((a, b) => b.modified - a.modified);
  }

  /** Whether a file is one of those that are kept here: sessions, and what a page has handed over. */
  holds(path: string): boolean {
    return this.#folders.some((folder) => isInside(folder, resolve(path)));
  }

  /** Remembers a capture file; neither a session of ours nor an upload, which is gone with this process. */
  opened(path: string): void {
    if (this.holds(path)) return;
    const { recentCaptures } = this.#settings.get();
    const others = recentCaptures.filter((other) => other !== path);
    this.#settings.set({ recentCaptures: [path, ...others].slice(0, maximumRecent) });
  }

  /**
   * Deletes a session from the disk, or no longer lists a capture file, which stays where it is.
   * @throws RequestError for the session that is shown or written by another process, and for what is not listed
   */
  async remove(path: string, shown: string): Promise<void> {
    const { recentCaptures } = this.#settings.get();
    if (recentCaptures.includes(path)) {
      this.#settings.set({ recentCaptures: recentCaptures.filter((other) => other !== path) });
      return;
    }
    const folder = dirname(path);
    // As it stands: sessions/../session.pcapng would be a session by its parts, and take everything with it.
    if (path !== resolve(path) || dirname(folder) !== this.#workspace.sessions || basename(path) !== sessionFile) {
      throw new RequestError('session.unknown', `${path} is not a session of Packet Inspector.`);
    }
    if (path === shown) throw new RequestError('session.shown', 'The session that is shown cannot be deleted.');
    const writer = await readFile(join(folder, writerFile), 'utf8').catch(() => '');
    if (writer !== '' && this.#workspace.isAtWork(writer))
      throw new RequestError(
        'session.written',
        'Another Packet Inspector is writing this session: end it there first.',
      );
    await rm(folder, { recursive: true, force: true });
  }
}

async function entryOf(kind: SessionEntry['kind'], name: string, path: string): Promise<SessionEntry | null> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) return null;
  return { kind, name, path, bytes: found.size, modified: found.mtimeMs };
}
