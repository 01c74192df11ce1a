import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createDemoDriver } from '../demo/demo-driver.ts';
import { KubeconfigClusters } from '../engine/clusters/kubeconfig-clusters.ts';
import { createEngine } from '../engine/engine.ts';
import { serve } from '../engine/serve/server.ts';
import { version } from '../engine/version.ts';
import { complain } from './complain.ts';
import { exitCodes } from './exit-codes.ts';
import { temporaryFolder } from './temporary-folder.ts';

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
    if (dirname(folder) === folder) throw new Error('The view is not built: run npm run build -- renderer.');
  }
}

function browserCommand(): readonly [string, ...string[]] {
  switch (process.platform) {
    case 'darwin':
      return ['open'];
    case 'win32':
      // Not by cmd, which would take signs of the path for its own.
      return ['rundll32', 'url.dll,FileProtocolHandler'];
    default:
      return ['xdg-open'];
  }
}

/**
 * Opens the browser by a private page that goes on to the address: the arguments of a program can be read by every user
 * of the machine, and the address is a secret.
 */
function openBrowser(address: string): void {
  const page = join(temporaryFolder(), 'open.html');
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

/** Settles with the first signal to end. Later ones change nothing: a terminal's Ctrl-C comes from npm's task once more. */
function endSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

/** Serves until a signal ends it. */
export async function serveCommand(options: ServeCommandOptions): Promise<number> {
  const folder = rendererFolder();
  const ended = endSignal();
  const engine = createEngine({ mode: 'serve', version });
  engine.addCluster(createDemoDriver());
  await new KubeconfigClusters(engine).refresh();
  const serving = await serve({
    handlers: engine.handlers,
    events: engine.events,
    folder,
    transfers: engine.transfers!,
    port: options.port,
  });
  console.log(`Packet Inspector: ${serving.startAddress}`);
  if (options.browser) openBrowser(serving.startAddress);
  let code: number = exitCodes.success;
  const begin = async (): Promise<void> => {
    const refused = options.open === undefined ? null : await engine.openAtStart(resolve(options.open));
    if (refused !== null) {
      // The view is there to show it, and to choose another file in.
      complain(refused);
      code = exitCodes.unreadable;
    }
    if (options.demo) await engine.handlers['clusters.enable']({ id: 'demo' });
  };
  try {
    await Promise.race([begin().then(() => ended), ended]);
  } catch (error) {
    complain((error as Error).message);
    code = exitCodes.failed;
  }
  await serving.close();
  await engine.close();
  return code;
}
