import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../../app/api/desktop.ts';

/** The application menu. What the view carries out goes to it as a command; the rest is Electron's own roles. */
export function setMenu(send: (command: MenuCommand) => void): void {
  const command = (label: string, name: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => send(name),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  const mac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        command('New Session', 'new-session', 'CmdOrCtrl+N'),
        command('Open Capture…', 'open', 'CmdOrCtrl+O'),
        command('Save as pcapng…', 'save', 'CmdOrCtrl+S'),
        command('Save as pcap…', 'save-pcap'),
        command('Save as pcap with Nanoseconds…', 'save-ns-pcap'),
        command('Save as HAR…', 'save-har'),
        { type: 'separator' },
        command('Open in Wireshark', 'wireshark', 'CmdOrCtrl+Shift+W'),
        { type: 'separator' },
        command('Settings…', 'settings', 'CmdOrCtrl+,'),
        { type: 'separator' },
        { role: mac ? 'close' : 'quit' },
      ],
    },
    {
      label: '&Edit',
      submenu: [
        { role: 'undo' },
        { role: 'redo' },
        { type: 'separator' },
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        { role: 'selectAll' },
        { type: 'separator' },
        command('Find', 'find', 'CmdOrCtrl+F'),
      ],
    },
    {
      label: '&View',
      submenu: [
        command('All Commands…', 'palette', 'CmdOrCtrl+K'),
        command('Clusters and Sessions', 'panel'),
        command('Dark or Light', 'toggle-theme'),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    { label: '&Help', submenu: [command('Keyboard', 'keys'), { role: 'about' }] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
