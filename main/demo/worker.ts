/** Entry of the worker thread that the demo cluster runs in, so that its traffic does not slow the engine's thread. */
import { parentPort } from 'node:worker_threads';
import { createProcessLog } from '../log.ts';
import { type DemoCluster, startDemoCluster } from './demo-cluster.ts';
import type { WorkerCommand, WorkerReply } from './worker-messages.ts';

const port = parentPort;
if (!port) throw new Error('the demo cluster runs in a worker thread only');

let cluster: DemoCluster | null = null;

async function obey(command: WorkerCommand): Promise<WorkerReply> {
  cluster ??= await startDemoCluster({ seed: Date.now(), pause: 120, log: createProcessLog('demo', 'warning') });
  switch (command.do) {
    case 'enable':
      await cluster.enable();
      break;
    case 'disable':
      await cluster.disable();
      break;
    case 'close':
      await cluster.close();
      cluster = null;
      break;
    case 'start':
  }
  return { number: command.number, tail: cluster?.tail ?? '', error: '' };
}

port.on('message', (command: WorkerCommand) => {
  obey(command).then(
    (reply) => {
      port.postMessage(reply);
      if (command.do === 'close') port.close();
    },
    (error: Error) =>
      port.postMessage({ number: command.number, tail: '', error: error.message } satisfies WorkerReply),
  );
});
