import { FilePlus2, Keyboard, PanelLeft, Settings } from 'lucide-react';
import { CapturingBar } from '../cluster/capturing-bar.tsx';
import { ReadingBar } from '../cluster/emulator/reading-bar.tsx';
import { useEngine, useInspector, useList, usePreference } from '../state/inspector.ts';
import { Key } from './key.tsx';
import { SaveMenu } from './save-menu.tsx';
import './top-bar.css';

/** Name of the program, what is being captured, and what can be done with the flows. */
export function TopBar() {
  const { commands, dialogs, preferences, platform } = useInspector();
  const panelOpen = usePreference('panelOpen');
  const session = useEngine((state) => state.session);
  const hasFlows = useList((state) => state.changed.total > 0);
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
            title="New session: starts empty; this one stays on disk"
            onClick={() => void commands.newSession()}
          >
            <FilePlus2 size={14} />
          </button>
        </>
      ) : null}
      <CapturingBar />
      <ReadingBar />
      <span className="top-space" />
      <button type="button" className="button" onClick={() => dialogs.show('palette')}>
        Commands <Key keys={[platform.modifier, 'K']} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Settings"
        title="Settings"
        onClick={() => dialogs.show('settings')}
      >
        <Settings size={15} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Keys"
        title="Keys (?)"
        onClick={() => dialogs.show('keys')}
      >
        <Keyboard size={15} />
      </button>
      <button type="button" className="button" disabled={!hasFlows} onClick={() => void commands.openInWireshark()}>
        Open in Wireshark <Key keys={[platform.modifier, '⇧', 'W']} />
      </button>
      <SaveMenu />
    </header>
  );
}
