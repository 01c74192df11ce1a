/** The program of the decoding thread. */
import { parentPort, workerData } from 'node:worker_threads';
import { decodeFile } from './decode-file.ts';
import { decodeLive } from './decode-live.ts';
import type { DecodingTask } from './decoder-messages.ts';

const task = workerData as DecodingTask;
if (task.kind === 'file') await decodeFile(task, parentPort!);
else decodeLive(task, parentPort!);
