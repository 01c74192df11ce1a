import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ServiceError } from '@grpc/grpc-js';
import { answerJson, callHttp, readAll } from '../http-call.ts';
import { callUnary, shopClient } from '../shop-api.ts';
import { passTrace, traceMetadata } from '../trace.ts';

/** Local sockets of what the checkout calls, each its own sidecar's outbound listener. */
export interface CheckoutPeers {
  readonly cart: string;
  readonly payments: string;
  readonly shipping: string;
  readonly email: string;
}

/** Takes an order: cart, quote, charge, ship, confirm. An error of any step is the order's error. */
export async function startCheckout(socket: string, peers: CheckoutPeers): Promise<Server> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const cart = shopClient(peers.cart, 'cart.shop:7070');
  const payments = shopClient(peers.payments, 'payments.shop:50051');
  const shipping = shopClient(peers.shipping, 'shipping.shop:50051');

  async function checkout(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const order = JSON.parse((await readAll(request)).toString()) as { user: string; city: string };
    const trace = passTrace(request.headers);
    const metadata = traceMetadata(trace);
    const items = (await callUnary<{ items: object[] }>(cart, 'CartService', 'GetCart', { user: order.user }, metadata))
      .items;
    const shipment = { address: { street: '1 Chuo', city: order.city, zipCode: '100-0001', country: 'JP' }, items };
    const quote = await callUnary<{ cost: { units: number } }>(
      shipping,
      'ShippingService',
      'GetQuote',
      shipment,
      metadata,
    );
    const amount = { currency: 'EUR', units: quote.cost.units + 40, nanos: 0 };
    await callUnary(payments, 'PaymentService', 'Charge', { amount, cardToken: 'tok_4242' }, metadata);
    const shipped = await callUnary<{ trackingId: string }>(
      shipping,
      'ShippingService',
      'ShipOrder',
      shipment,
      metadata,
      1_000,
    );
    const confirmation = await callHttp({
      socket: peers.email,
      agent,
      method: 'POST',
      path: '/v1/confirmations',
      headers: { host: 'email.shop:8080', 'content-type': 'application/json', ...trace },
      body: JSON.stringify({ to: `${order.user}@example.com`, tracking: shipped.trackingId }),
    });
    answerJson(answer, 200, { tracking: shipped.trackingId, confirmed: confirmation.status === 202 });
  }

  const server = createServer((request, answer) => {
    checkout(request, answer).catch((error: ServiceError) => {
      answerJson(answer, 500, { error: error.details ?? error.message, grpcStatus: error.code });
    });
  });
  server.on('close', () => {
    agent.destroy();
    for (const client of [cart, payments, shipping]) client.close();
  });
  server.listen(socket);
  await once(server, 'listening');
  return server;
}
