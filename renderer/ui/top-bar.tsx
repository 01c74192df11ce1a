import { FilePlus2, Keyboard, Moon, PanelLeft, Sun } from 'lucide-react';
import { CapturingBar } from '../cluster/capturing-bar.tsx';
import { useEngine, useInspector, useList, usePreference } from '../state/inspector.ts';
import { Key } from './key.tsx';
import './top-bar.css';

/** Name of the program, what is being captured, and what can be done with the flows. */
export function TopBar({ onShowKeys }: { onShowKeys(): void }) {
  const { commands, preferences, platform } = useInspector();
  const panelOpen = usePreference('panelOpen');
  const theme = usePreference('theme');
  const session = useEngine((state) => state.session);
  const hasFlows = useList((state) => state.changed.total > 0);
  const nextTheme = theme === 'system' ? 'dark' : theme === 'dark' ? 'light' : 'system';
  return (
    <header className="top-bar">
      <button
        type="button"
        className="icon-button"
        aria-label="Clusters panel"
        aria-expanded={panelOpen}
        title="Clusters panel"
        onClick={() => preferences.setState({ panelOpen: !panelOpen })}
      >
        <PanelLeft size={15} />
      </button>
      <h1 className="top-name">Packet Inspector</h1>
      {session ? (
        <>
          <span className="top-session ellipsis" title={session.path}>
            {session.name}
          </span>
          <button
            type="button"
            className="icon-button"
            aria-label="New session"
            title="New session: begins empty, this one stays on disk"
            onClick={() => void commands.newSession()}
          >
            <FilePlus2 size={14} />
          </button>
        </>
      ) : null}
      <CapturingBar />
      <span className="top-space" />
      <button
        type="button"
        className="icon-button"
        aria-label={`Theme: ${theme}. Change to ${nextTheme}`}
        title={`Theme: ${theme}`}
        onClick={() => preferences.setState({ theme: nextTheme })}
      >
        {theme === 'system' ? <SystemTheme /> : theme === 'dark' ? <Moon size={15} /> : <Sun size={15} />}
      </button>
      <button type="button" className="icon-button" aria-label="Keys" title="Keys (?)" onClick={onShowKeys}>
        <Keyboard size={15} />
      </button>
      <button type="button" className="button" disabled={!hasFlows} onClick={() => void commands.openInWireshark()}>
        Open in Wireshark <Key keys={[platform.modifier, '⇧', 'W']} />
      </button>
      <button
        type="button"
        className="button is-primary"
        disabled={!hasFlows}
        onClick={() => void commands.savePcapng()}
      >
        Save pcapng
      </button>
    </header>
  );
}

function SystemTheme() {
  return (
    <svg
      width="15"
      height="15"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      aria-hidden="true"
    >
      <circle cx="12" cy="12" r="9" />
      <path d="M12 3v18a9 9 0 0 0 0-18z" fill="currentColor" />
    </svg>
  );
}
