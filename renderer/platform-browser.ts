import type { Platform } from './platform.ts';
import { webSocketChannels } from './transport/web-socket.ts';

/** In a browser a capture goes up and a saved file comes down over HTTP, beside the WebSocket, on the same origin. */
export function browserPlatform(): Platform {
  return {
    kind: 'browser',
    modifier: /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl',
    channels: webSocketChannels(new URL('api', location.href).href.replace(/^http/, 'ws')),
    async chooseCapture() {
      const file = await chooseFile();
      return file && upload(file);
    },
    pathOf: upload,
    // An upload does not outlive the engine; schemas are to.
    chooseSchemas: null,
    chooseTarget: () => Promise.resolve(null),
    presentSaved({ download }) {
      const link = document.createElement('a');
      link.href = download;
      link.download = '';
      link.click();
    },
    onOpenFile: () => () => {},
    onMenu: () => () => {},
  };
}

function chooseFile(): Promise<File | null> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.pcap,.pcapng,.cap,.bson,.har,.gz,.zst';
    input.onchange = () => resolve(input.files?.[0] ?? null);
    input.oncancel = () => resolve(null);
    input.click();
  });
}

async function upload(file: File): Promise<string> {
  const url = new URL('upload', location.href);
  url.searchParams.set('name', file.name);
  const response = await fetch(url, { method: 'POST', body: file });
  if (!response.ok) throw new Error(`The file could not be handed to the engine: ${await response.text()}`);
  const { path } = (await response.json()) as { path: string };
  return path;
}
