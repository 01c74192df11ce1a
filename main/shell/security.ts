import { app, type Session, shell } from 'electron';
import { origin } from './scheme.ts';

/** Addresses outside that the page may ask the browser to open: documentation, nothing else. */
const allowedOutside = ['https://www.wireshark.org/'];

/** Everything that a page could ask of the machine is refused. */
export function refusePermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler?.(() => false);
}

/** No page but ours in any window: no navigation, no new windows, no embedded web views. */
export function refuseOtherPages(): void {
  app.on('web-contents-created', (_event, contents) => {
    const stay = (event: { preventDefault(): void }, address: string): void => {
      if (address !== origin && !address.startsWith(`${origin}/`)) event.preventDefault();
    };
    contents.on('will-navigate', stay);
    contents.on('will-redirect', stay);
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.on('will-frame-navigate' as 'will-navigate', stay);
    if (typeof contents.setWindowOpenHandler === 'function') {
      contents.setWindowOpenHandler(({ url }) => {
        openOutside(url);
        return { action: 'deny' };
      });
    } else {
      contents.on('new-window' as 'will-navigate', (event: { preventDefault(): void }) => event.preventDefault());
    }
  });
}

function openOutside(address: string): void {
  if (allowedOutside.some((allowed) => address.startsWith(allowed))) shell.openExternal(address).catch(() => {});
}
