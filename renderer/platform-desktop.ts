import type { DesktopApi } from '../app/api/desktop.ts';
import type { Platform } from './platform.ts';
import { messagePortChannels } from './transport/message-port.ts';

export function desktopPlatform(desktop: DesktopApi): Platform {
  return {
    kind: 'desktop',
    modifier: desktop.system === 'macos' ? '⌘' : 'Ctrl',
    channels: messagePortChannels(desktop),
    chooseCapture: () => desktop.showOpenDialog(),
    async pathOf(file) {
      const path = desktop.pathOfFile(file);
      if (path === '') throw new Error(`${file.name} is not a file on this machine: save it first, then open it.`);
      return path;
    },
    chooseSchemas: (kind) => desktop.showSchemaDialog(kind),
    async chooseTarget(name) {
      return (await desktop.showSaveDialog(name)) ?? undefined;
    },
    chooseValues: () => desktop.showValuesDialog(),
    async chooseValuesTarget(name) {
      return (await desktop.showValuesSaveDialog(name)) ?? undefined;
    },
    presentSaved: ({ path }) => desktop.showInFolder(path),
    onOpenFile: (listener) => desktop.onOpenFile(listener),
    onMenu: (listener) => desktop.onMenu(listener),
  };
}
