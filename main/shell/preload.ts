import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { type DesktopApi, enginePortMessage, type MenuCommand } from '../../app/api/desktop.ts';
import type { SaveTarget } from '../../app/api/session-types.ts';

/** The one name of the page's world that is used here; the rest of the DOM is none of the shell's business. */
declare const window: { postMessage(message: string, origin: string, ports: readonly unknown[]): void };

function listen<Value>(channel: string, listener: (value: Value) => void): () => void {
  const forward = (_event: unknown, value: Value): void => listener(value);
  ipcRenderer.on(channel, forward);
  return () => {
    ipcRenderer.removeListener(channel, forward);
  };
}

// Ports cannot pass through the bridge: they go to the page as a window message, which only this page can receive.
ipcRenderer.on('engine.port', (event) => window.postMessage(enginePortMessage, '*', event.ports));

/** Opens captures in the page; until there is one, the last request waits. */
let opener: ((path: string) => void) | null = null;
let waitingFile: string | null = null;
ipcRenderer.on('file.open', (_event, path: string) => {
  if (opener === null) waitingFile = path;
  else opener(path);
});

function openFilesWith(listener: (path: string) => void): () => void {
  opener = listener;
  if (waitingFile !== null) listener(waitingFile);
  waitingFile = null;
  return () => {
    if (opener === listener) opener = null;
  };
}

const api: DesktopApi = {
  system: process.platform === 'darwin' ? 'macos' : process.platform === 'win32' ? 'windows' : 'linux',
  connectEngine: () => {
    ipcRenderer.invoke('engine.connect').catch(() => {});
  },
  onEngineLost: (listener) => listen<string>('engine.lost', listener),
  showOpenDialog: () => ipcRenderer.invoke('dialog.open') as Promise<string | null>,
  showSchemaDialog: (kind) => ipcRenderer.invoke('dialog.schemas', kind) as Promise<string[]>,
  // Electron before 29 has no webUtils: there a dropped file is as one without a path.
  pathOfFile: (file) => (webUtils as typeof webUtils | undefined)?.getPathForFile(file as File) ?? '',
  showSaveDialog: (name) => ipcRenderer.invoke('dialog.save', name) as Promise<SaveTarget | null>,
  showValuesDialog: () => ipcRenderer.invoke('dialog.values') as Promise<SaveTarget | null>,
  showValuesSaveDialog: (name) => ipcRenderer.invoke('dialog.saveValues', name) as Promise<SaveTarget | null>,
  showInFolder: (path) => {
    ipcRenderer.invoke('file.showInFolder', path).catch(() => {});
  },
  onOpenFile: openFilesWith,
  onMenu: (listener) => listen<MenuCommand>('menu.command', listener),
};

contextBridge.exposeInMainWorld('packetInspector', api);
