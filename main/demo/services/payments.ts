import { type handleUnaryCall, status } from '@grpc/grpc-js';
import type { Random } from '../random.ts';
import { serveShopService } from '../shop-api.ts';

interface ChargeRequest {
  readonly amount: { readonly units: number };
  readonly cardToken: string;
}

export function startPayments(socket: string, random: Random) {
  const charge: handleUnaryCall<ChargeRequest, { transactionId: string }> = (_call, answer) => {
    if (random.chance(0.06)) {
      answer({ code: status.FAILED_PRECONDITION, details: 'card was declined by the issuer' });
      return;
    }
    const slow = random.chance(0.08);
    setTimeout(
      () => answer(null, { transactionId: `tx-${random.between(100_000_000, 999_999_999)}` }),
      slow ? random.between(600, 1_500) : random.between(10, 60),
    );
  };
  return serveShopService('PaymentService', socket, { Charge: charge });
}
