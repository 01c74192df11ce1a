import { type Agent, request } from 'node:https';
import type { HttpCall } from '../sidecar/proxy-wasm/vm.ts';

/** Where the sidecars' captures go. */
export interface CaptureTarget {
  readonly socket: string;
  /** DNS name of the aggregator's certificate. */
  readonly name: string;
}

/** Carries a call of the filter to the aggregator, over mutual TLS as in a mesh. `answer` is called once. */
export function postBatch(
  call: HttpCall,
  target: CaptureTarget,
  agent: Agent,
  answer: (status: number | null) => void,
): void {
  const fields = Object.fromEntries(call.headers);
  const posted = request(
    {
      socketPath: target.socket,
      agent,
      servername: target.name,
      method: fields[':method'] ?? 'POST',
      path: fields[':path'] ?? '/',
      headers: {
        ...Object.fromEntries(call.headers.filter(([name]) => !name.startsWith(':'))),
        host: fields[':authority'] ?? target.name,
        'content-length': String(call.body.length),
      },
      timeout: call.timeout,
    },
    (response) => {
      response.resume();
      response.on('error', () => {});
      answerOnce(response.statusCode ?? null);
    },
  );
  let answered = false;
  const answerOnce = (status: number | null): void => {
    if (answered) return;
    answered = true;
    answer(status);
  };
  posted.on('timeout', () => posted.destroy());
  posted.on('error', () => answerOnce(null));
  posted.on('close', () => answerOnce(null));
  // The body is a view of the module's memory, which is its own again after this call.
  posted.end(Buffer.from(call.body));
}
