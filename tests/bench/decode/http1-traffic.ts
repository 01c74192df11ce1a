import { PacketFile } from './packet-file.ts';

const encoder = new TextEncoder();
const CONNECTIONS = 100;

/** Calls of a JSON service over kept-alive connections, with the header fields that a mesh adds. */
export function writeHttp1Traffic(path: string, transactions: number, port: number): void {
  using file = new PacketFile(path, CONNECTIONS, port);
  for (let number = 0; number < transactions; number++) {
    const connection = number % CONNECTIONS;
    file.send(connection, 0, request(number));
    file.send(connection, 1, answer(number));
  }
}

function traceFields(number: number): string {
  const id = number.toString(16).padStart(12, '0');
  return `x-request-id: 7f0c2d1e-93ab-4f60-8c1d-${id}\r\ntraceparent: 00-4bf92f3577b34da6a3ce${id}-00f067aa${id.slice(4)}-01\r\n`;
}

function request(number: number): Uint8Array {
  const head = `host: cart.shop.svc.cluster.local:8080\r\nuser-agent: Apache-HttpClient/5.2.1 (Java/17.0.9)\r\naccept: application/json\r\n${traceFields(number)}`;
  if (number % 3 !== 0) return encoder.encode(`GET /api/v1/carts/${number}/items?limit=20 HTTP/1.1\r\n${head}\r\n`);
  const body = JSON.stringify({
    cart: number,
    item: `item-${number % 977}`,
    count: number % 9,
    note: 'n'.repeat(number % 200),
  });
  return encoder.encode(
    `POST /api/v1/carts/${number}/items HTTP/1.1\r\n${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
}

function answer(number: number): Uint8Array {
  const status = number % 50 === 0 ? '404 Not Found' : '200 OK';
  const body = JSON.stringify({ number, items: 'i'.repeat(200 + ((number * 37) % 1500)) });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ndate: Sun, 22 Nov 2026 12:00:00 GMT\r\nserver: istio-envoy\r\nx-envoy-upstream-service-time: ${number % 40}\r\n`;
  if (number % 4 !== 0) return encoder.encode(`${head}content-length: ${body.length}\r\n\r\n${body}`);
  return encoder.encode(`${head}transfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
}
