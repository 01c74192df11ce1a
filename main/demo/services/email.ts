import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { answerJson, readAll } from '../http-call.ts';
import type { Random } from '../random.ts';

/** Order confirmations. Its mail relay is sometimes slow and sometimes away. */
export async function startEmail(socket: string, random: Random): Promise<Server> {
  const server = createServer((request, answer) => {
    void readAll(request).then(
      (body) => {
        if (request.url !== '/v1/confirmations' || request.method !== 'POST') {
          answerJson(answer, 404, { error: 'no such resource' });
        } else if (random.chance(0.1)) {
          setTimeout(() => answerJson(answer, 503, { error: 'mail relay timed out' }, { 'retry-after': '5' }), 1_200);
        } else {
          setTimeout(() => answerJson(answer, 202, { queued: true, bytes: body.length }), random.between(5, 80));
        }
      },
      () => answer.destroy(),
    );
  });
  server.listen(socket);
  await once(server, 'listening');
  return server;
}
