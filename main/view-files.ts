import { readFile } from 'node:fs';
import { extname, join, normalize, sep } from 'node:path';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** A file of the built view. */
export interface ViewFile {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** The file below `folder` that a URL's path names, percent-encoded as it came; null when it would lie elsewhere. */
export function viewFilePath(folder: string, urlPath: string): string | null {
  let name: string;
  try {
    name = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (name.includes('\0')) return null;
  const path = normalize(join(folder, name === '/' ? 'index.html' : name));
  return path.startsWith(folder + sep) ? path : null;
}

/** Reads the file of the built view that a URL's path names; null when it does not exist, is of an unknown kind, or lies elsewhere. */
export function readViewFile(folder: string, urlPath: string): Promise<ViewFile | null> {
  const path = viewFilePath(folder, urlPath);
  const mediaType = path === null ? undefined : mediaTypes[extname(path)];
  if (path === null || mediaType === undefined) return Promise.resolve(null);
  // By callback: the Electron of the smoke test has no node:fs/promises.
  return new Promise((resolve) => {
    readFile(path, (error, bytes) => resolve(error ? null : { mediaType, bytes }));
  });
}
