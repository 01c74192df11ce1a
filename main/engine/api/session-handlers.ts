import { realpath, stat } from 'node:fs/promises';
import type { Handlers } from '../../../app/api/contract.ts';
import { saveFormatOf } from '../../../app/api/save-formats.ts';
import { parseFilter } from '../../../app/filter/parser.ts';
import { wiresharkPart } from '../../../app/filter/wireshark.ts';
import type { SavePermits } from '../../save-permit.ts';
import { findHelm, helmAdvice } from '../helm/find-helm.ts';
import type { Transfers } from '../serve/transfers.ts';
import { saveAs } from '../session/save-as.ts';
import { saveSession } from '../session/save-session.ts';
import type { Saving } from '../session/saving.ts';
import type { SessionHost } from '../session/session-host.ts';
import type { SessionLibrary } from '../session/session-library.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import { wiresharkArguments } from '../wireshark/arguments.ts';
import { findWireshark, wiresharkAdvice } from '../wireshark/find.ts';
import { installProfile, profileName } from '../wireshark/profile.ts';
import { startDetached } from '../wireshark/start.ts';
import { RequestError } from './request-error.ts';
import { savePlace } from './save-place.ts';

export interface SessionHandlerOptions {
  readonly host: SessionHost;
  readonly settings: SettingsStore;
  readonly library: SessionLibrary;
  readonly saving: Saving;
  /** Who says where may be written; null where nothing may but downloads. */
  readonly permits: SavePermits | null;
  /** Serve mode: the view has no paths, and files go by its connection. Null in the desktop. */
  readonly transfers: Transfers | null;
}

/** The requests about the session, its file and Wireshark. */
export function sessionHandlers({ host, settings, library, saving, permits, transfers }: SessionHandlerOptions) {
  return {
    'session.info': () => host.session.info(),
    'session.open': async ({ path, follow }) => {
      try {
        const info = await host.open(path, follow);
        library.opened(path);
        return info;
      } finally {
        await transfers?.opened(path, host.session.path);
      }
    },
    'session.cancelOpen': () => host.cancelOpen(),
    'session.new': () => host.begin(),
    'session.save': async ({ target, filter, format }) => {
      const { path, offer } = savePlace(target, permits, transfers);
      const { session } = host;
      const wanted = format ?? saveFormatOf(path) ?? 'pcapng';
      const { flows, bytes } = await saving.run((watch) => saveAs(wanted, session, filter, path, watch));
      const name = `${session.name.replace(/(\.(pcap|pcapng|cap|gz|zst|bson|har))+$/, '')}.${wanted}`;
      return { ...offer(name), flows, bytes };
    },
    'session.list': async () => ({ sessions: await library.list() }),
    'session.remove': async ({ path }) => {
      await library.remove(path, host.session.path);
      return { sessions: await library.list() };
    },
    'session.cancelSave': () => {
      saving.cancel();
      return {};
    },
    'wireshark.open': async ({ filter }) => {
      const { wiresharkPath } = settings.get();
      const { session } = host;
      const saved = await saving.run((watch) => saveSession(session, filter, host.wiresharkFile(), watch));
      const { text } = wiresharkPart(parseFilter(filter).node, Date.now());
      const program = findWireshark(wiresharkPath);
      const args = wiresharkArguments(
        saved.path,
        program !== '' && installProfile() ? profileName : '',
        text,
        saved.ports,
      );
      const result = { path: program, arguments: args, file: saved.path };
      if (program === '') return { ...result, started: false, advice: wiresharkAdvice(wiresharkPath) };
      try {
        await startDetached(program, args);
        return { ...result, started: true, advice: '' };
      } catch (error) {
        const advice = `${program} could not be started: ${(error as Error).message}.`;
        return { ...result, started: false, advice };
      }
    },
    'settings.get': () => settings.get(),
    'settings.set': async (changes) => {
      const { wiresharkPath = '', helmPath = '' } = changes;
      for (const path of [wiresharkPath, helmPath]) {
        if (path !== '' && !(await stat(path).catch(() => null))?.isFile()) {
          throw new RequestError('settings.program', `There is no file ${path}.`);
        }
        // Windows would start whatever a page has handed over under the name of a program.
        if (path !== '' && library.holds(await realpath(path)))
          throw new RequestError('settings.program', `${path} is a capture, not a program.`);
      }
      if (helmPath !== '' && findHelm(helmPath) === '')
        throw new RequestError('settings.program', helmAdvice(helmPath));
      return settings.set(changes);
    },
  } satisfies Partial<Handlers>;
}
