import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createDemoDriver } from '../demo/demo-driver.ts';
import { createEngine } from '../engine/engine.ts';
import { serve } from '../engine/serve/server.ts';
import { version } from '../engine/version.ts';
import { exitCodes } from './exit-codes.ts';

export interface ServeCommandOptions {
  readonly port: number;
  readonly demo: boolean;
  readonly open?: string;
  readonly browser: boolean;
}

/** The built view: below build/, in a folder above this file. */
function rendererFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    for (const candidate of [join(folder, 'renderer'), join(folder, 'build', 'renderer')]) {
      if (existsSync(join(candidate, 'index.html')) && !existsSync(join(candidate, 'tsconfig.json'))) return candidate;
    }
    if (dirname(folder) === folder) throw new Error('The view is not built: npm run build -- renderer');
  }
}

function browserCommand(): readonly [string, ...string[]] {
  switch (process.platform) {
    case 'darwin':
      return ['open'];
    case 'win32':
      return ['cmd', '/c', 'start', ''];
    default:
      return ['xdg-open'];
  }
}

/**
 * Opens the browser by a private page that goes on to the address: the arguments of a program can be read by every user
 * of the machine, and the address is a secret.
 */
function openBrowser(address: string, folder: string): void {
  const page = join(folder, 'open.html');
  writeFileSync(page, `<!doctype html><meta http-equiv="refresh" content="0;url=${address}"><p>Opening …</p>`, {
    mode: 0o600,
  });
  const [program, ...args] = browserCommand();
  const child = spawn(program, [...args, pathToFileURL(page).href], { stdio: 'ignore', detached: true });
  child.on('error', () => {
    // The address was printed; without a browser to start that is all there is to do.
  });
  child.unref();
}

/** Serves until a signal ends it. */
export async function serveCommand(options: ServeCommandOptions): Promise<number> {
  const folder = rendererFolder();
  const engine = createEngine({ mode: 'serve', version });
  engine.addCluster(createDemoDriver());
  const serving = await serve({
    handlers: engine.handlers,
    events: engine.events,
    folder,
    transfers: engine.transfers!,
    port: options.port,
  });
  console.log(`Packet Inspector: ${serving.startAddress}`);
  const scratch = await mkdtemp(join(tmpdir(), 'packet-inspector-'));
  if (options.browser) openBrowser(serving.startAddress, scratch);
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  let code: number = exitCodes.success;
  try {
    if (options.open !== undefined) await engine.handlers['session.open']({ path: resolve(options.open) });
    if (options.demo) await engine.handlers['clusters.enable']({ id: 'demo' });
    await ended;
  } catch (error) {
    console.error(`packet-inspector: ${(error as Error).message}`);
    code = options.open === undefined ? exitCodes.failed : exitCodes.unreadable;
  }
  await serving.close();
  await engine.close();
  await rm(scratch, { recursive: true, force: true });
  return code;
}
