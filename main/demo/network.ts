import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The demo's network: local sockets in a folder that only this user can enter, in place of ports. So the demo makes
 * real traffic, and no other user or page on the machine can reach any of it.
 */
export interface DemoNetwork {
  /** Path of a named socket: a file below the folder, on Windows a named pipe with the folder's random name. */
  socket(name: string): string;
  remove(): void;
}

/** Socket names: where a pod's application listens, and where its sidecar does: one listener for each pair. */
export const applicationSocket = (workload: string): string => `${workload}.app`;
export const inboundSocket = (from: string, to: string): string => `${to}.in.${from}`;
export const outboundSocket = (from: string, to: string): string => `${from}.out.${to}`;

export function createDemoNetwork(): DemoNetwork {
  // mkdtemp makes the folder 0700. Names stay short: a socket's path may have about 100 bytes.
  const folder = mkdtempSync(join(tmpdir(), 'pi-demo-'));
  const pipePrefix = `\\\\.\\pipe\\${folder.split(/[\\/]/).at(-1)}-`;
  return {
    socket: (name) => (process.platform === 'win32' ? pipePrefix + name : join(folder, name)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
