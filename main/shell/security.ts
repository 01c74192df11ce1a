import { app, type Session, shell } from 'electron';
import { mayOpenOutside, stay } from './page-address.ts';

/** Everything that a page could ask of the machine is refused. */
export function refusePermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler?.(() => false);
}

/** No page but ours in any window: no navigation, no new windows, no embedded web views. */
export function refuseOtherPages(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', stay);
    contents.on('will-redirect', stay);
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.on('will-frame-navigate', stay);
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
  if (mayOpenOutside(address)) shell.openExternal(address).catch(() => {});
}
