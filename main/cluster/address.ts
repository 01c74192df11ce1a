import { isIPv6 } from 'node:net';

/** Where a program listens or connects: a host and port, or a unix socket. */
export type SocketAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/**
 * Reads `host:port`, `[2001:db8::1]:port`, `:port` (all interfaces) or `unix:/path`. Throws an error that names what was
 * given when it is none of these.
 */
export function parseSocketAddress(text: string): SocketAddress {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length);
    if (path.startsWith('/')) return { path };
    throw new Error(`"${text}" is not an address: the path after unix: must be absolute`);
  }
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535 || (match[1] !== undefined && !isIPv6(match[1]))) {
    throw new Error(`"${text}" is not an address: expected host:port or unix:/path`);
  }
  return { host: match[1] ?? match[2] ?? '', port };
}

export function formatSocketAddress(address: SocketAddress): string {
  if ('path' in address) return `unix:${address.path}`;
  return isIPv6(address.host) ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** Nobody on another machine can reach it. */
export function isLocal(address: SocketAddress): boolean {
  return 'path' in address || /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(address.host);
}

/** What `server.listen` takes for it. An empty host means all interfaces. */
export function listenOptions(address: SocketAddress): { path: string } | { host?: string; port: number } {
  if ('path' in address) return { path: address.path };
  return address.host === '' ? { port: address.port } : { host: address.host, port: address.port };
}
