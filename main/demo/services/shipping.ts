import { type handleBidiStreamingCall, type handleUnaryCall, status } from '@grpc/grpc-js';
import type { Random } from '../random.ts';
import { serveShopService } from '../shop-api.ts';

interface Shipment {
  readonly address: { readonly city: string };
  readonly items: readonly object[];
}
interface Position {
  readonly trackingId: string;
  readonly latitude: number;
}

export function startShipping(socket: string, random: Random) {
  const quote: handleUnaryCall<Shipment, object> = (call, answer) => {
    answer(null, {
      cost: { currency: 'EUR', units: 4 + call.request.items.length, nanos: 500_000_000 },
      days: random.between(1, 5),
    });
  };
  const ship: handleUnaryCall<Shipment, { trackingId: string }> = (_call, answer) => {
    // Now and then the carrier does not answer in time, and the caller's deadline ends the call.
    if (random.chance(0.07)) return;
    if (random.chance(0.05)) answer({ code: status.UNAVAILABLE, details: 'carrier connection refused' });
    else answer(null, { trackingId: `TRK${random.between(1_000_000, 9_999_999)}` });
  };
  const track: handleBidiStreamingCall<Position, object> = (call) => {
    call.on('data', (position: Position) => {
      call.write({
        trackingId: position.trackingId,
        arrivesUnixSeconds: 1_800_000_000 + Math.round(position.latitude * 100),
      });
    });
    call.on('end', () => call.end());
  };
  return serveShopService('ShippingService', socket, { GetQuote: quote, ShipOrder: ship, Track: track });
}
