import { join } from 'node:path';
import { BrowserWindow, dialog } from 'electron';
import { origin } from './page-address.ts';

/** The one window. The page runs sandboxed and isolated; all it can reach is the preload script's API. */
export function createWindow(): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 900,
    minHeight: 560,
    backgroundColor: '#101216',
    title: 'Packet Inspector',
    show: false,
    webPreferences: {
      preload: join(__dirname, 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  // The page has something that is not saved. Electron asks nobody by itself, and would not close.
  window.webContents.on('will-prevent-unload', (event) => {
    const chosen = dialog.showMessageBoxSync(window, {
      type: 'question',
      message: 'The values file has changes that are not saved.',
      buttons: ['Go on editing', 'Discard them and close'],
      defaultId: 0,
      cancelId: 0,
    });
    if (chosen === 1) event.preventDefault();
  });
  window.loadURL(`${origin}/`).catch((error: Error) => console.error(`the page did not load: ${error.message}`));
  return window;
}
