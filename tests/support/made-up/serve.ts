import { contextCards } from './cluster-cards.ts';
import { startMadeUpServer } from './server.ts';

/** To look at the view without an engine: `node tests/support/made-up/serve.ts [port] [flows] [flows per second]`. */
const [port = 8400, flows = 2_000, rate = 0] = process.argv.slice(2).map(Number);

const server = await startMadeUpServer(flows, port, contextCards());
if (rate > 0) setInterval(() => server.engine.append(Math.max(1, Math.round(rate / 30))), 33);
console.log(`${server.url} with ${flows} made-up flows`);
