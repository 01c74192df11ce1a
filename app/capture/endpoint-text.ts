import type { Endpoint } from '../model/endpoint.ts';

/** Envoy's text of an address: `10.42.0.7:8080`, `[fd00::7]:8080`; others (pipes, internal listeners) have no port. */
export function parseEndpoint(text: string): Endpoint {
  const colon = text.lastIndexOf(':');
  const port = text.slice(colon + 1);
  if (colon < 1 || !/^\d{1,5}$/.test(port) || Number(port) > 0xffff) return { address: text, port: 0 };
  const address = text.slice(0, colon);
  if (address.startsWith('[') && address.endsWith(']')) return { address: address.slice(1, -1), port: Number(port) };
  return address.includes(':') ? { address: text, port: 0 } : { address, port: Number(port) };
}

/** The opposite of `parseEndpoint`. */
export function formatEndpoint({ address, port }: Endpoint): string {
  if (/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(address)) return `[${address}]:${port}`;
  return port === 0 && !/^[\d.]+$/.test(address) ? address : `${address}:${port}`;
}
