import { readFile } from 'node:fs/promises';
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
export interface StaticFile {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Reads the file of `folder` that a URL's path names; null for what is not there, is of no known kind, or lies elsewhere. */
export async function readStaticFile(folder: string, urlPath: string): Promise<StaticFile | null> {
  let name: string;
  try {
    name = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (name.includes('\0')) return null;
  const path = normalize(join(folder, name === '/' ? 'index.html' : name));
  const mediaType = mediaTypes[extname(path)];
  if (mediaType === undefined || !path.startsWith(folder + sep)) return null;
  try {
    return { mediaType, bytes: await readFile(path) };
  } catch {
    return null;
  }
}
