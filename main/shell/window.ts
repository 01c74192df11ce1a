import { join } from 'node:path';
import { app, BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { origin } from './page-address.ts';
import { readPlace, smallest, windowBounds, writePlace } from './window-place.ts';

/** The one window, where it was left. The page runs sandboxed and isolated; all it can reach is the preload script's API. */
export function createWindow(): BrowserWindow {
  const placeFile = join(app.getPath('userData'), 'window.json');
  const left = readPlace(placeFile);
  const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
  const window = new BrowserWindow({
    ...windowBounds(left, areas),
    minWidth: smallest.width,
    minHeight: smallest.height,
    // What is seen before the page has drawn itself.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#101216' : '#ffffff',
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
  window.once('ready-to-show', () => {
    // Not earlier: it shows the window.
    if (left?.maximized) window.maximize();
    window.show();
  });
  window.on('close', () => {
    writePlace(placeFile, { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  });
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
