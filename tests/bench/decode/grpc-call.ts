import type { FieldList } from '../../support/captured.ts';

/** What comes with each unary call of the cart's service, `x-request-id` left out. */
export function grpcRequestFields(number: number): FieldList {
  return [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', `/shop.cart.v1.Cart/${['AddItem', 'GetItems', 'Empty'][number % 3]}`],
    [':authority', 'cart.shop.svc.cluster.local:9090'],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
    ['user-agent', 'grpc-java-netty/1.59.0'],
  ];
}

export function requestId(number: number): string {
  return `7f0c2d1e-93ab-4f60-8c1d-${number.toString(16).padStart(12, '0')}`;
}

/** A gRPC message whose only field is a string of this length, from 128 on. */
export function grpcMessage(length: number): Uint8Array {
  const bytes = new Uint8Array(5 + 3 + length).fill(0x61);
  bytes.set([0, 0, 0, (length + 3) >>> 8, (length + 3) & 0xff, 0x0a, (length & 0x7f) | 0x80, length >>> 7]);
  return bytes;
}
