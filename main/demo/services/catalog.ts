import type { handleServerStreamingCall, handleUnaryCall } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import type { Random } from '../random.ts';
import { serveShopService } from '../shop-api.ts';

interface Product {
  readonly id: string;
  readonly name: string;
  readonly price: { readonly currency: string; readonly units: number; readonly nanos: number };
  readonly categories: readonly string[];
}

const product = (id: string, name: string, units: number, ...categories: string[]): Product => ({
  id,
  name,
  price: { currency: 'EUR', units, nanos: 990_000_000 },
  categories,
});

/** What the shop sells. */
export const products: readonly Product[] = [
  product('OLJCESPC7Z', 'Sunglasses', 19, 'accessories'),
  product('66VCHSJNUP', 'Tank Top', 18, 'clothing', 'tops'),
  product('1YMWWN1N4O', 'Watch', 109, 'accessories'),
  product('L9ECAV7KIM', 'Loafers', 89, 'footwear'),
  product('2ZYFJ3GM2N', 'Hairdryer', 24, 'hair', 'beauty'),
  product('0PUK6V6EV0', 'Candle Holder', 18, 'decor', 'home'),
  product('LS4PSXUNUM', 'Salt & Pepper Shakers', 18, 'kitchen'),
  product('9SIQT8TOJO', 'Bamboo Glass Jar', 5, 'kitchen'),
];

export function startCatalog(socket: string, random: Random) {
  const listProducts: handleUnaryCall<{ limit: number }, { products: readonly Product[] }> = (call, answer) => {
    answer(null, { products: products.slice(0, call.request.limit || products.length) });
  };
  const getProduct: handleUnaryCall<{ id: string }, Product> = (call, answer) => {
    const found = products.find((candidate) => candidate.id === call.request.id);
    if (found) answer(null, found);
    else answer({ code: status.NOT_FOUND, details: `no product with id ${call.request.id}` });
  };
  const watchStock: handleServerStreamingCall<{ productIds: string[] }, { productId: string; available: number }> = (
    call,
  ) => {
    const timer = setInterval(() => {
      call.write({ productId: random.pick(call.request.productIds), available: random.between(0, 40) });
    }, 700);
    const stop = (): void => clearInterval(timer);
    call.on('cancelled', stop);
    call.on('close', stop);
    // Watchers reconnect now and then, as clients with a maximum stream age do.
    setTimeout(
      () => {
        stop();
        call.end();
      },
      random.between(15_000, 30_000),
    ).unref();
  };
  return serveShopService('CatalogService', socket, {
    ListProducts: listProducts,
    GetProduct: getProduct,
    WatchStock: watchStock,
  });
}
