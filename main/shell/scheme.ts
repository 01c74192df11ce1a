import { protocol } from 'electron';
import { contentSecurityPolicy } from '../../app/api/content-security-policy.ts';
import { readViewFile } from '../view-files.ts';
import { origin } from './page-address.ts';

/** Has to be called before the application is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

interface Page {
  readonly status: number;
  readonly mediaType: string;
  readonly headers: Record<string, string>;
  readonly bytes: Uint8Array;
}

/** Answers with one file of the view; whatever points elsewhere is not found. */
async function page(folder: string, address: string): Promise<Page> {
  const { protocol: scheme, host, pathname } = new URL(address);
  const file = `${scheme}//${host}` === origin ? await readViewFile(folder, pathname) : null;
  const { mediaType, bytes } = file ?? { mediaType: 'text/plain', bytes: Buffer.from('not found') };
  const headers = {
    'content-type': mediaType,
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
  };
  return { status: file ? 200 : 404, mediaType, headers, bytes };
}

/** Serves the built renderer under the scheme. */
export function serveScheme(folder: string): void {
  if (typeof protocol.handle === 'function') {
    protocol.handle('app', async (request) => {
      const { status, headers, bytes } = await page(folder, request.url);
      return new Response(new Uint8Array(bytes), { status, headers });
    });
    return;
  }
  // Electron before 25, which the smoke test runs where no newer one can be had.
  protocol.registerBufferProtocol('app', (request, callback) => {
    page(folder, request.url).then(
      ({ status, mediaType, headers, bytes }) =>
        callback({ statusCode: status, headers, mimeType: mediaType.split(';')[0]!, data: Buffer.from(bytes) }),
      () => callback({ error: -2 }),
    );
  });
}
