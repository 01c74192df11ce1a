import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import { Viewport } from '../flows/viewport.ts';
import type { Platform } from '../platform.ts';
import { EngineClient } from '../transport/engine-client.ts';
import { ValuesEditor, type ValuesEditorState } from '../values/values-editor.ts';
import { ClusterControl, type ClusterControlState } from './cluster-control.ts';
import { Commands } from './commands.ts';
import { createDetailChoice, type DetailChoice } from './detail-choice.ts';
import { type DialogName, Dialogs } from './dialogs.ts';
import { createEngineState, type EngineState } from './engine-state.ts';
import { FlowList, type FlowListState } from './flow-list.ts';
import { Notices } from './notices.ts';
import { createPreferences, type Preferences } from './preferences.ts';

/** Everything behind the view, made once; components reach it by `useInspector`. */
export interface Inspector {
  readonly platform: Platform;
  readonly client: EngineClient;
  readonly engine: StoreApi<EngineState>;
  readonly list: FlowList;
  readonly preferences: StoreApi<Preferences>;
  readonly detailChoice: StoreApi<DetailChoice>;
  readonly notices: Notices;
  readonly dialogs: Dialogs;
  readonly commands: Commands;
  readonly clusterControl: ClusterControl;
  readonly valuesEditor: ValuesEditor;
}

export function createInspector(platform: Platform, storage: Storage): Inspector {
  const client = new EngineClient(platform.channels);
  const engine = createEngineState(client);
  const list = new FlowList(client, new Viewport());
  const preferences = createPreferences(storage);
  const detailChoice = createDetailChoice();
  const notices = new Notices();
  client.onStatus(({ phase }) => {
    if (phase === 'connected') list.reload();
  });
  engine.subscribe((state, before) => {
    if (state.session && before.session && state.session.path !== before.session.path) list.reset('following');
  });
  const commands = new Commands(client, platform, list, preferences, notices);
  const clusterControl = new ClusterControl(client, notices);
  const dialogs = new Dialogs();
  const valuesEditor = new ValuesEditor(client, platform);
  return {
    platform,
    client,
    engine,
    list,
    preferences,
    detailChoice,
    notices,
    dialogs,
    commands,
    clusterControl,
    valuesEditor,
  };
}

/** Opens the values editor for a cluster; which values its mesh has is asked meanwhile. */
export function editValuesOf({ valuesEditor, clusterControl, dialogs }: Inspector, id: string): void {
  void valuesEditor.aimAtCluster(id);
  clusterControl.hide();
  dialogs.show('values');
}

export const InspectorContext = createContext<Inspector | null>(null);

export function useInspector(): Inspector {
  const inspector = useContext(InspectorContext);
  if (!inspector) throw new Error('A component stands outside of the inspector.');
  return inspector;
}

export function useList<T>(select: (state: FlowListState) => T): T {
  return useStore(useInspector().list.store, select);
}

export function useEngine<T>(select: (state: EngineState) => T): T {
  return useStore(useInspector().engine, select);
}

/** Whether the engine can be asked; what could not be asked for is asked for again when it can. */
export function useConnected(): boolean {
  return useEngine((state) => state.connection.phase === 'connected');
}

export function useClusterControl<T>(select: (state: ClusterControlState) => T): T {
  return useStore(useInspector().clusterControl.store, select);
}

export function useValuesEditor<T>(select: (state: ValuesEditorState) => T): T {
  return useStore(useInspector().valuesEditor.store, select);
}

export function useDialog(name: DialogName): boolean {
  return useStore(useInspector().dialogs.store, ({ open }) => open === name);
}

export function useDetailChoice<K extends keyof DetailChoice>(key: K): DetailChoice[K] {
  return useStore(useInspector().detailChoice, (choice) => choice[key]);
}

export function usePreference<K extends keyof Preferences>(key: K): Preferences[K] {
  return useStore(useInspector().preferences, (preferences) => preferences[key]);
}
