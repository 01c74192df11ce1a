import { lazy, Suspense } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { DetailPane } from './detail/detail-pane.tsx';
import { FilterBar } from './filter/filter-bar.tsx';
import { FlowListView } from './flows/flow-list-view.tsx';
import { OverviewStrip } from './flows/overview-strip.tsx';
import { SidePanel } from './side/side-panel.tsx';
import { useList, usePreference } from './state/inspector.ts';
import { CommandPalette } from './ui/command-palette.tsx';
import { DropArea } from './ui/drop-area.tsx';
import { KeysDialog } from './ui/keys-dialog.tsx';
import { NoticeList } from './ui/notice-list.tsx';
import { PartBoundary } from './ui/part-boundary.tsx';
import { SettingsDialog } from './ui/settings-dialog.tsx';
import { StatusBar } from './ui/status-bar.tsx';
import { TopBar } from './ui/top-bar.tsx';
import { useShortcuts } from './ui/use-shortcuts.ts';
import './app.css';

// Nobody needs them before the window is there; they come right after it.
const ClusterSheets = lazy(async () => ({ default: (await import('./cluster/cluster-sheets.tsx')).ClusterSheets }));
const ValuesDialog = lazy(async () => ({ default: (await import('./values/values-dialog.tsx')).ValuesDialog }));

/** The window: top line, clusters, sessions and saved filters at the left, filter, strip and list with the detail below them, status bar. */
export function App() {
  const panelOpen = usePreference('panelOpen');
  useShortcuts();
  return (
    <div className="app">
      <PartBoundary part="The top line">
        <TopBar />
      </PartBoundary>
      <div className="app-middle">
        {panelOpen ? <SidePanel /> : null}
        <main className="app-main">
          <PartBoundary part="The filter">
            <FilterBar />
          </PartBoundary>
          <PartBoundary part="The strip">
            <OverviewStrip />
          </PartBoundary>
          <ListAndDetail />
        </main>
      </div>
      <PartBoundary part="The status bar">
        <StatusBar />
      </PartBoundary>
      <NoticeList />
      <DropArea />
      <SettingsDialog />
      <PartBoundary part="The sheets">
        <Suspense fallback={null}>
          <ClusterSheets />
          <ValuesDialog />
        </Suspense>
      </PartBoundary>
      <KeysDialog />
      <CommandPalette />
    </div>
  );
}

function ListAndDetail() {
  const selected = useList((state) => state.selection?.id ?? null);
  const panelIds = selected === null ? ['list'] : ['list', 'detail'];
  const layout = useDefaultLayout({ id: 'packet-inspector.layout', panelIds, storage: localStorage });
  return (
    <Group className="app-split" orientation="vertical" disableCursor {...layout}>
      <Panel id="list" minSize="120px" defaultSize="60">
        <PartBoundary part="The list">
          <FlowListView />
        </PartBoundary>
      </Panel>
      {selected === null ? null : (
        <>
          <Separator className="splitter" aria-label="Height of the detail" />
          <Panel id="detail" minSize="120px" defaultSize="40">
            {/* A flow that cannot be shown does not keep the next one from being shown. */}
            <PartBoundary part="The detail" subject={selected}>
              <DetailPane id={selected} />
            </PartBoundary>
          </Panel>
        </>
      )}
    </Group>
  );
}
