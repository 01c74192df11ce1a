import { createDictionary } from '../../app/decode/diameter/dictionary.ts';
import { resourceText } from '../resources.ts';
import { startOcs, startPcef, startPcrf } from './diameter/charging.ts';
import { applicationSocket, type DemoNetwork, outboundSocket } from './network.ts';
import type { Random } from './random.ts';
import { startCart } from './services/cart.ts';
import { startCatalog } from './services/catalog.ts';
import { startCheckout } from './services/checkout.ts';
import { startEmail } from './services/email.ts';
import { startFrontend } from './services/frontend.ts';
import { startPayments } from './services/payments.ts';
import { startRecommend } from './services/recommend.ts';
import { startShipping } from './services/shipping.ts';
import { workloadNamed } from './topology.ts';
import { startTraffic } from './traffic.ts';

const dictionary = createDictionary(JSON.parse(resourceText('dictionaries', 'diameter.json')));

/** Starts what listens. Returns the function that ends it. */
export async function startServices(network: DemoNetwork, random: Random): Promise<() => Promise<void>> {
  const app = (name: string): string => network.socket(applicationSocket(name));
  const out = (from: string, to: string): string => network.socket(outboundSocket(from, to));
  const address = (name: string): string => workloadNamed(name).address;
  const grpcServers = [
    await startCatalog(app('catalog'), random),
    await startCart(app('cart')),
    await startPayments(app('payments'), random),
    await startShipping(app('shipping'), random),
  ];
  const servers = [
    await startRecommend(app('recommend'), random),
    await startEmail(app('email'), random),
    await startCheckout(app('checkout'), {
      cart: out('checkout', 'cart'),
      payments: out('checkout', 'payments'),
      shipping: out('checkout', 'shipping'),
      email: out('checkout', 'email'),
    }),
    await startFrontend(app('frontend'), {
      catalog: out('frontend', 'catalog'),
      cart: out('frontend', 'cart'),
      checkout: out('frontend', 'checkout'),
      recommend: out('frontend', 'recommend'),
    }),
    await startOcs(app('ocs'), address('ocs'), dictionary, random),
    await startPcrf(app('pcrf'), address('pcrf'), dictionary, random),
  ];
  return async () => {
    for (const server of grpcServers) server.forceShutdown();
    for (const server of servers) {
      if ('closeAllConnections' in server) server.closeAllConnections();
      server.close();
    }
  };
}

/** Starts what calls: the shop's users and the subscribers' data sessions. Returns the function that ends it. */
export function startUsers(network: DemoNetwork, random: Random, pause: number): () => void {
  const out = (from: string, to: string): string => network.socket(outboundSocket(from, to));
  const traffic = startTraffic(
    {
      frontend: out('storefront', 'frontend'),
      catalog: out('storefront', 'catalog'),
      shipping: out('storefront', 'shipping'),
    },
    random,
    pause,
  );
  const pcef = startPcef(
    { ocs: out('pcef', 'ocs'), pcrf: out('pcef', 'pcrf') },
    workloadNamed('pcef').address,
    dictionary,
    random,
    pause * 3,
  );
  return () => {
    traffic.stop();
    pcef.close();
  };
}
