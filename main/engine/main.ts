/**
 * Entry of the engine's process. Electron's utility process hands over a port for each window; where there is none (an
 * older Electron), the shell starts a child process and carries the frames itself.
 *
 * The argument `--demo` switches the demo cluster on. Capture files are opened by the page, which shows what is wrong with them.
 */
import { createDemoDriver } from '../demo/demo-driver.ts';
import { permitVariable, SavePermits } from '../save-permit.ts';
import { serveClient } from './api/serve-client.ts';
import { KubeconfigClusters } from './clusters/kubeconfig-clusters.ts';
import { createEngine } from './engine.ts';
import { type ElectronPort, serveElectronPort } from './port.ts';
import { version } from './version.ts';

/** The part of Electron's `process.parentPort` that is used. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown; ports: readonly ElectronPort[] }) => void): void;
}

/** A frame of one of the ports that the shell carries. */
type CarriedMessage =
  | { readonly type: 'connect' | 'close'; readonly port: number }
  | { readonly type: 'frame'; readonly port: number; readonly frame: unknown };

const { [permitVariable]: secret } = process.env;
// Programs that are started from here do not inherit it.
delete process.env[permitVariable];
const engine = createEngine({
  mode: 'desktop',
  version,
  ...(secret === undefined ? {} : { permits: new SavePermits(secret) }),
});
engine.addCluster(createDemoDriver());
void new KubeconfigClusters(engine).refresh();

function serveParentPort(parentPort: ParentPort): void {
  parentPort.on('message', ({ ports }) => {
    for (const port of ports) serveElectronPort(port, engine.handlers, engine.events);
  });
}

function serveParentProcess(): void {
  const clients = new Map<number, ReturnType<typeof serveClient>>();
  process.on('message', (message: CarriedMessage) => {
    const { port } = message;
    switch (message.type) {
      case 'connect':
        clients.set(
          port,
          serveClient(engine.handlers, engine.events, (frame) => process.send?.({ port, frame })),
        );
        break;
      case 'frame':
        clients.get(port)?.receive(message.frame);
        break;
      case 'close':
        clients.get(port)?.close();
        clients.delete(port);
    }
  });
  // The shell has gone without stopping us.
  process.on('disconnect', () => void end());
}

let ending = false;

/** Ends in good order, once: a terminal's Ctrl-C reaches us by itself and by the shell. */
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await engine.close().catch(() => {});
  process.exit(0);
}

const { parentPort } = process as unknown as { parentPort?: ParentPort };
if (parentPort !== undefined) serveParentPort(parentPort);
else if (process.send !== undefined) serveParentProcess();
else throw new Error('The engine is started by the window; without one, use packet-inspector serve.');

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end());
if (process.argv.includes('--demo')) {
  // What goes wrong is on the cluster's card.
  Promise.resolve(engine.handlers['clusters.enable']({ id: 'demo' })).catch(() => {});
}
