import { join } from 'node:path';
import { app, type BrowserWindow, MessageChannelMain, session } from 'electron';
import { newPermitSecret, permitVariable, SavePermits } from '../save-permit.ts';
import { handleDialogs } from './dialogs.ts';
import { type EngineProcess, startEngine } from './engine-process.ts';
import { handleFromPage, nothing } from './gate.ts';
import { setMenu } from './menu.ts';
import { declareScheme, serveScheme } from './scheme.ts';
import { refuseOtherPages, refusePermissions } from './security.ts';
import { startFile } from './start-files.ts';
import { createWindow } from './window.ts';

let window: BrowserWindow | null = null;
let engine: EngineProcess | null = null;
/** The page has asked for the engine: its script runs. */
let isPageReady = false;
let waitingFile: string | null = null;
const permitSecret = newPermitSecret();

/** Lets the page open a capture, which shows what is wrong with it. Before there is a page, it waits for it. */
function openFile(path: string): void {
  if (isPageReady) window?.webContents.send('file.open', path);
  else waitingFile = path;
}

function runningEngine(): EngineProcess {
  engine ??= startEngine({
    args: process.argv.filter((argument) => argument === '--demo'),
    environment: { [permitVariable]: permitSecret },
    onEnd(reason) {
      engine = null;
      window?.webContents.send('engine.lost', reason);
    },
  });
  return engine;
}

function connectPage(): void {
  if (!window) return;
  const { port1, port2 } = new MessageChannelMain();
  runningEngine().connect(port1);
  window.webContents.postMessage('engine.port', null, [port2]);
  isPageReady = true;
  if (waitingFile !== null) openFile(waitingFile);
  waitingFile = null;
}

function openWindow(): void {
  window = createWindow();
  window.on('closed', () => {
    window = null;
    isPageReady = false;
  });
}

const named = startFile(process.argv, app.isPackaged, process.cwd());
if (named !== null) openFile(named);
declareScheme();
refuseOtherPages();
// A second start would write the same session folder: it shows the first one's window instead.
if (!app.requestSingleInstanceLock()) {
  app.quit();
} else {
  app.on('second-instance', (_event, argv, folder) => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
    const file = startFile(argv, app.isPackaged, folder);
    if (file !== null) openFile(file);
  });
  // macOS: a capture was opened in the Finder or dropped on the Dock.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    openFile(path);
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', () => engine?.stop());
  app.whenReady().then(
    () => {
      refusePermissions(session.defaultSession);
      serveScheme(join(app.getAppPath(), 'build', 'renderer'));
      handleDialogs(() => window, new SavePermits(permitSecret));
      handleFromPage('engine.connect', nothing, connectPage);
      setMenu((command) => window?.webContents.send('menu.command', command));
      openWindow();
    },
    (error: Error) => {
      console.error(error.message);
      app.exit(1);
    },
  );
}
