import { Agent } from 'node:http';
import type { ClientReadableStream } from '@grpc/grpc-js';
import { callHttp } from './http-call.ts';
import type { Random } from './random.ts';
import { products } from './services/catalog.ts';
import { shopClient, shopService } from './shop-api.ts';
import { newTraceparent, traceMetadata } from './trace.ts';

/** Outbound listeners of the storefront's sidecar. */
export interface TrafficPeers {
  readonly frontend: string;
  readonly catalog: string;
  readonly shipping: string;
}

const users = ['ada', 'grace', 'edsger', 'barbara', 'donald', 'radia'];
const cities = ['Tokyo', 'Oslo', 'Lagos', 'Lima'];

/** A user's next step, as method, path and body. */
function nextStep(random: Random): { method: string; path: string; body?: string } {
  const user = random.pick(users);
  const id = random.pick(products).id;
  const item = { productId: id, quantity: random.between(1, 3) };
  const steps: readonly (readonly [weight: number, make: () => { method: string; path: string; body?: string }])[] = [
    [5, () => ({ method: 'GET', path: `/products?limit=${random.between(2, 8)}` })],
    [6, () => ({ method: 'GET', path: `/products/${id}?user=${user}` })],
    [1, () => ({ method: 'GET', path: '/products/DISCONTINUED' })],
    [3, () => ({ method: 'GET', path: `/cart?user=${user}` })],
    [3, () => ({ method: 'POST', path: `/cart?user=${user}`, body: JSON.stringify([item]) })],
    [
      1,
      () => ({
        method: 'POST',
        path: `/cart?user=${user}`,
        body: JSON.stringify([item, item, { ...item, quantity: 1 }]),
      }),
    ],
    [2, () => ({ method: 'POST', path: '/api/checkout', body: JSON.stringify({ user, city: random.pick(cities) }) })],
    [1, () => ({ method: 'GET', path: '/static/img/watch.bmp' })],
    [1, () => ({ method: 'GET', path: '/favicon.ico' })],
    [1, () => ({ method: 'GET', path: '/healthz' })],
  ];
  let at = random.next() * steps.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, make] of steps) {
    at -= weight;
    if (at < 0) return make();
  }
  return steps[0]![1]();
}

/** What keeps the shop busy until it is stopped: users who browse and buy, a stock watcher and a parcel tracker. */
export interface Traffic {
  stop(): void;
}

/**
 * @param pause mean pause between two steps of users, in milliseconds
 */
export function startTraffic(peers: TrafficPeers, random: Random, pause: number): Traffic {
  const agent = new Agent({ keepAlive: true, maxSockets: 6 });
  const catalog = shopClient(peers.catalog, 'catalog.shop:3550');
  const shipping = shopClient(peers.shipping, 'shipping.shop:50051');
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;

  function later(milliseconds: number, action: () => void): void {
    if (stopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, milliseconds);
    timers.add(timer);
  }

  function step(): void {
    const { method, path, body } = nextStep(random);
    const headers: Record<string, string> = {
      host: 'frontend.shop:8080',
      'user-agent': 'storefront/2.4',
      accept: 'application/json',
      authorization: 'Bearer demo-user-token',
      traceparent: newTraceparent(),
    };
    if (body !== undefined) headers['content-type'] = 'application/json';
    // What the shop answers is the demo's content, errors included; a call that breaks off is one of them.
    callHttp({ socket: peers.frontend, agent, method, path, headers, ...(body === undefined ? {} : { body }) }).catch(
      () => {},
    );
    later(pause * (0.3 + 1.4 * random.next()), step);
  }

  function watchStock(): void {
    const method = shopService('CatalogService').WatchStock!;
    const request = { productIds: [random.pick(products).id, random.pick(products).id] };
    const call: ClientReadableStream<unknown> = catalog.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      traceMetadata({ traceparent: newTraceparent() }),
    );
    call.on('data', () => {});
    call.on('error', () => {});
    call.on('close', () => later(1_000, watchStock));
  }

  function trackParcel(): void {
    const method = shopService('ShippingService').Track!;
    const trackingId = `TRK${random.between(1_000_000, 9_999_999)}`;
    const call = shipping.makeBidiStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      traceMetadata({ traceparent: newTraceparent() }),
    );
    call.on('data', () => {});
    call.on('error', () => {});
    let positions = random.between(3, 8);
    const drive = (): void => {
      if (positions-- <= 0) {
        call.end();
        later(random.between(2_000, 5_000), trackParcel);
        return;
      }
      call.write({ trackingId, latitude: 35 + random.next(), longitude: 139 + random.next() });
      later(400, drive);
    };
    drive();
  }

  step();
  later(500, watchStock);
  later(900, trackParcel);
  return {
    stop: () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      agent.destroy();
      catalog.close();
      shipping.close();
    },
  };
}
