import native, { type PlatformPath } from 'node:path';

/** Whether a path is that of a folder or of what is in it, as the names say: links are not followed. Both are absolute. */
export function isInside(folder: string, path: string, platform: PlatformPath = native): boolean {
  const way = platform.relative(folder, path);
  // On Windows there is no way to another drive but its whole path.
  return !platform.isAbsolute(way) && way !== '..' && !way.startsWith(`..${platform.sep}`);
}
