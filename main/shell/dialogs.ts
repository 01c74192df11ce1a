import { type BrowserWindow, dialog, shell } from 'electron';
import { handleFromPage, nothing, shortText } from './gate.ts';

const captureFiles = { name: 'Captures', extensions: ['pcapng', 'pcap', 'cap', 'gz', 'zst', 'bson', 'har'] };

/** Open and save dialogs, and showing in the file manager what one of them chose. */
export function handleDialogs(window: () => BrowserWindow | null): void {
  const chosen = new Set<string>();
  handleFromPage('dialog.open', nothing, async () => {
    const parent = window();
    if (!parent) return null;
    const { canceled, filePaths } = await dialog.showOpenDialog(parent, {
      properties: ['openFile'],
      filters: [captureFiles, { name: 'All files', extensions: ['*'] }],
    });
    return canceled ? null : (filePaths[0] ?? null);
  });
  handleFromPage('dialog.save', shortText, async (name) => {
    const parent = window();
    if (!parent) return null;
    const { canceled, filePath } = await dialog.showSaveDialog(parent, {
      defaultPath: name.replace(/[/\\]/g, '_'),
      filters: [{ name: 'pcapng', extensions: ['pcapng'] }],
    });
    if (canceled || !filePath) return null;
    chosen.add(filePath);
    return filePath;
  });
  // Only what a dialog chose is shown, so that the page cannot probe the file system.
  handleFromPage('file.showInFolder', shortText, (path) => {
    if (chosen.has(path)) shell.showItemInFolder(path);
  });
}
