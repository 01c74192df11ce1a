import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { SessionEntry } from '../../app/api/session-types.ts';
import { useEngine, useInspector } from '../state/inspector.ts';
import { formatBytes, formatDateTime } from '../ui/format.ts';

/** How many are shown before the user asks for all. */
const shownFirst = 5;

/** Sessions on disk and capture files that were opened: a click opens them again. */
export function SessionList() {
  const { commands } = useInspector();
  const { sessions, shown, remove } = useSessions();
  const [all, setAll] = useState(false);
  const others = sessions.filter(({ path }) => path !== shown);
  const titles = titlesOf(others);
  if (others.length === 0) return null;
  return (
    <section aria-labelledby="sessions-title">
      <h2 className="panel-title" id="sessions-title">
        Sessions
      </h2>
      <ul>
        {(all ? others : others.slice(0, shownFirst)).map((entry, index) => (
          <li key={entry.path} className="side-item">
            <button
              type="button"
              className="side-choice"
              title={`${entry.path}\n${formatDateTime(entry.modified).slice(0, 19)}`}
              onClick={() => void commands.openPath(entry.path)}
            >
              <span className="ellipsis">{titles[index]}</span>
              <span className="side-figure data">{formatBytes(entry.bytes)}</span>
            </button>
            <button
              type="button"
              className="side-remove"
              aria-label={entry.kind === 'session' ? `Delete ${entry.name}` : `Forget ${entry.name}`}
              title={entry.kind === 'session' ? 'Delete this session from the disk…' : 'Remove this file from the list'}
              onClick={() => remove(entry)}
            >
              <X size={12} />
            </button>
          </li>
        ))}
      </ul>
      {others.length > shownFirst ? (
        <button type="button" className="text-button side-more" onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `${others.length - shownFirst} more`}
        </button>
      ) : null}
    </section>
  );
}

/** Titles by which sessions can be told apart: of the same minute they have their seconds. */
function titlesOf(entries: readonly SessionEntry[]): readonly string[] {
  const short = entries.map((entry) => titleOf(entry, 5));
  return entries.map((entry, index) =>
    short.indexOf(short[index]!) === short.lastIndexOf(short[index]!) ? short[index]! : titleOf(entry, 8),
  );
}

/**
 * `today 14:02`, `yesterday 09:15`, else the name, which is the session's time or the file's name.
 * @param precise characters of the time of day
 */
function titleOf({ kind, name, modified }: SessionEntry, precise: 5 | 8): string {
  const [day, clock] = name.split(' ');
  if (kind === 'file' || !clock) return name;
  const time = clock.slice(0, precise).replaceAll('-', ':');
  const dayOf = (date: Date) => formatDateTime(date.getTime()).slice(0, 10);
  const now = new Date();
  if (day === dayOf(now)) return `today ${time}`;
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day === dayOf(yesterday)) return `yesterday ${time}`;
  return day === undefined ? formatDateTime(modified).slice(0, 16) : `${day} ${time}`;
}

function useSessions() {
  const { client, notices, commands } = useInspector();
  const shown = useEngine((state) => state.session?.path ?? '');
  const connected = useEngine((state) => state.connection.phase === 'connected');
  const [sessions, setSessions] = useState<readonly SessionEntry[]>([]);
  useEffect(() => {
    if (!connected || shown === '') return;
    client.request('session.list', {}).then(
      (found) => setSessions(found.sessions),
      () => {},
    );
  }, [client, connected, shown]);

  /** A capture file is forgotten at once; deleting a session cannot be undone, so it is asked for once more. */
  function remove({ kind, path, name }: SessionEntry): void {
    const run = () =>
      void commands.removeSession(path).then((left) => {
        if (left) setSessions(left);
      });
    if (kind === 'file') run();
    else notices.ask(`Delete the session ${name} from the disk? This cannot be undone.`, { label: 'Delete', run });
  }
  return { sessions, shown, remove };
}
