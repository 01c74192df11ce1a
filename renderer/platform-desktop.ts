import type { DesktopApi } from '../app/api/desktop.ts';
import type { Platform } from './platform.ts';
import { messagePortChannels } from './transport/message-port.ts';

export function desktopPlatform(desktop: DesktopApi): Platform {
  return {
    kind: 'desktop',
    modifier: desktop.system === 'macos' ? '⌘' : 'Ctrl',
    channels: messagePortChannels(desktop),
    chooseCapture: () => desktop.showOpenDialog(),
    async chooseTarget(name) {
      return (await desktop.showSaveDialog(name)) ?? undefined;
    },
    presentSaved: ({ path }) => desktop.showInFolder(path),
    onMenu: (listener) => desktop.onMenu(listener),
  };
}
