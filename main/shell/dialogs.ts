import { type BrowserWindow, dialog, type FileFilter, shell } from 'electron';
import type { SaveTarget } from '../../app/api/session-types.ts';
import type { PermitUse, SavePermits } from '../save-permit.ts';
import { handleFromPage, nothing, shortText } from './gate.ts';

const captureFiles = { name: 'Captures', extensions: ['pcapng', 'pcap', 'cap', 'gz', 'zst', 'bson', 'har'] };
const valuesFiles = { name: 'Values files', extensions: ['yaml', 'yml'] };
const allFiles = { name: 'All files', extensions: ['*'] };
const schemaFiles = { name: 'Protobuf schemas', extensions: ['proto', 'binpb', 'pb', 'desc', 'protoset'] };

/** The format that the proposed name has, alone: another ending would not change what is written. */
function saveFilters(name: string): FileFilter[] {
  const ending = /\.(\w+)$/.exec(name)?.[1] ?? '';
  return [{ name: ending, extensions: [ending] }];
}

/** Open and save dialogs, and showing in the file manager what one of them chose. */
export function handleDialogs(window: () => BrowserWindow | null, permits: SavePermits): void {
  const chosen = new Set<string>();
  handleFromPage('dialog.open', nothing, async () => {
    const parent = window();
    if (!parent) return null;
    const { canceled, filePaths } = await dialog.showOpenDialog(parent, {
      properties: ['openFile'],
      filters: [captureFiles, allFiles],
    });
    return canceled ? null : (filePaths[0] ?? null);
  });
  handleFromPage('dialog.schemas', shortText, async (kind) => {
    const parent = window();
    if (!parent) return [];
    const { canceled, filePaths } = await dialog.showOpenDialog(parent, {
      properties: [kind === 'folders' ? 'openDirectory' : 'openFile', 'multiSelections'],
      ...(kind === 'folders' ? {} : { filters: [schemaFiles, allFiles] }),
    });
    return canceled ? [] : filePaths;
  });
  async function chooseTarget(use: PermitUse, name: string): Promise<SaveTarget | null> {
    const parent = window();
    if (!parent) return null;
    const { canceled, filePath } = await dialog.showSaveDialog(parent, {
      defaultPath: name.replace(/[/\\]/g, '_'),
      filters: saveFilters(name),
    });
    if (canceled || !filePath) return null;
    chosen.add(filePath);
    return permits.target(use, filePath);
  }
  handleFromPage('dialog.save', shortText, (name) => chooseTarget('capture', name));
  handleFromPage('dialog.saveValues', shortText, (name) => chooseTarget('values', name));
  handleFromPage('dialog.values', nothing, async () => {
    const parent = window();
    if (!parent) return null;
    const { canceled, filePaths } = await dialog.showOpenDialog(parent, {
      properties: ['openFile'],
      filters: [valuesFiles, allFiles],
    });
    const [path] = filePaths;
    return canceled || path === undefined ? null : permits.target('values', path);
  });
  // Only what a dialog chose is shown, so that the page cannot probe the file system.
  handleFromPage('file.showInFolder', shortText, (path) => {
    if (chosen.has(path)) shell.showItemInFolder(path);
  });
}
