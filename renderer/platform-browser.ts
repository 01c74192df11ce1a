import type { Platform, TransferWatch } from './platform.ts';
import { webSocketChannels } from './transport/web-socket.ts';

/** In a browser a capture goes up and a saved file comes down over HTTP, beside the WebSocket, on the same origin. */
export function browserPlatform(): Platform {
  return {
    kind: 'browser',
    modifier: /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl',
    channels: webSocketChannels(new URL('api', location.href).href.replace(/^http/, 'ws')),
    chooseCapture: () => chooseFile('.pcap,.pcapng,.cap,.bson,.har,.gz,.zst'),
    pathOf: upload,
    // An upload does not outlive the engine; schemas are to.
    chooseSchemas: null,
    chooseTarget: () => Promise.resolve(null),
    chooseValues: () => chooseFile('.yaml,.yml'),
    chooseValuesTarget: () => Promise.resolve(null),
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

/** @param endings of files that are offered first, by commas */
function chooseFile(endings: string): Promise<File | null> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = endings;
    input.onchange = () => resolve(input.files?.[0] ?? null);
    input.oncancel = () => resolve(null);
    input.click();
  });
}

/** By XMLHttpRequest, because fetch does not tell how much was sent. */
function upload(file: File, { signal, progress }: TransferWatch): Promise<string> {
  const url = new URL('upload', location.href);
  url.searchParams.set('name', file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.onprogress = ({ loaded, total }) => progress(loaded, total);
    request.onload = () => {
      if (request.status === 200) resolve((JSON.parse(request.responseText) as { path: string }).path);
      else reject(new Error(`The file could not be passed to the engine: ${request.responseText}`));
    };
    request.onerror = () => reject(new Error('The file could not be passed to the engine: the connection broke off.'));
    request.onabort = () => reject(new DOMException('The transfer was cancelled.', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.open('POST', url.href);
    request.send(file);
  });
}
