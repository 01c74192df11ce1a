import type { handleClientStreamingCall, handleUnaryCall } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { serveShopService } from '../shop-api.ts';

interface CartItem {
  readonly productId: string;
  readonly quantity: number;
}
interface AddItem extends CartItem {
  readonly user: string;
}
interface Cart {
  readonly user: string;
  readonly items: readonly CartItem[];
}

/** Carts that are remembered, so that a demo that runs for days does not grow. */
const maximumCarts = 500;

export function startCart(socket: string) {
  const carts = new Map<string, CartItem[]>();
  const add = ({ user, productId, quantity }: AddItem): Cart => {
    const items = carts.get(user) ?? [];
    if (items.length < 20) items.push({ productId, quantity });
    carts.set(user, items);
    if (carts.size > maximumCarts) carts.delete(carts.keys().next().value!);
    return { user, items };
  };
  const getCart: handleUnaryCall<{ user: string }, Cart> = (call, answer) => {
    answer(null, { user: call.request.user, items: carts.get(call.request.user) ?? [] });
  };
  const addItem: handleUnaryCall<AddItem, Cart> = (call, answer) => {
    if (call.request.quantity < 1) answer({ code: status.INVALID_ARGUMENT, details: 'quantity must be at least 1' });
    else answer(null, add(call.request));
  };
  const addItems: handleClientStreamingCall<AddItem, Cart> = (call, answer) => {
    let last: Cart = { user: '', items: [] };
    call.on('data', (item: AddItem) => {
      last = add(item);
    });
    call.on('end', () => answer(null, last));
  };
  return serveShopService('CartService', socket, { GetCart: getCart, AddItem: addItem, AddItems: addItems });
}
