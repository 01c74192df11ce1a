import { readFile } from 'node:fs';
import { extname, join, normalize, sep } from 'node:path';
import { protocol } from 'electron';
import { contentSecurityPolicy } from '../../app/api/content-security-policy.ts';

/** The page's origin. A scheme of our own: no file:// privileges, no server. */
export const origin = 'app://packet-inspector';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** Has to be called before the application is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

interface Page {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Reads one file below `folder`; whatever points elsewhere is not found. */
function page(folder: string, address: string): Promise<Page> {
  const headers = { 'content-security-policy': contentSecurityPolicy, 'x-content-type-options': 'nosniff' };
  const notFound: Page = {
    status: 404,
    headers: { ...headers, 'content-type': 'text/plain' },
    body: Buffer.from('not found'),
  };
  const path = safePath(folder, address);
  if (path === null) return Promise.resolve(notFound);
  return new Promise((resolve) => {
    readFile(path, (error, body) => {
      const type = mediaTypes[extname(path)];
      resolve(error || !type ? notFound : { status: 200, headers: { ...headers, 'content-type': type }, body });
    });
  });
}

/** The file that an address of the page means, or null when it is not below the folder. */
export function safePath(folder: string, address: string): string | null {
  let name: string;
  try {
    const url = new URL(address);
    if (`${url.protocol}//${url.host}` !== origin) return null;
    name = decodeURIComponent(url.pathname);
  } catch {
    return null;
  }
  if (name.includes('\0')) return null;
  const path = normalize(join(folder, name === '/' ? 'index.html' : name));
  return path.startsWith(folder + sep) ? path : null;
}

/** Serves the built renderer under the scheme. */
export function serveScheme(folder: string): void {
  if (typeof protocol.handle === 'function') {
    protocol.handle('app', async (request) => {
      const { status, headers, body } = await page(folder, request.url);
      return new Response(new Uint8Array(body), { status, headers });
    });
    return;
  }
  // Electron before 25, which the smoke test runs where no newer one can be had.
  protocol.registerBufferProtocol('app', (request, callback) => {
    page(folder, request.url).then(
      ({ status, headers, body }) =>
        callback({ statusCode: status, headers, mimeType: headers['content-type']!.split(';')[0]!, data: body }),
      () => callback({ error: -2 }),
    );
  });
}
