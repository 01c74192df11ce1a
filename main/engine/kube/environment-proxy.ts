import { BlockList, isIP } from 'node:net';

/**
 * The proxy that the environment names for an address, as kubectl takes it where the kubeconfig names none; '' when it is reached
 * directly. The variables, in capitals or not: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, a list of hosts, domains, addresses, networks and
 * `*`. This machine's own addresses need none. https://pkg.go.dev/golang.org/x/net/http/httpproxy
 */
export function environmentProxy(server: string, environment: NodeJS.ProcessEnv = process.env): string {
  const of = (name: string) => environment[name] || environment[name.toLowerCase()] || '';
  if (!URL.canParse(server)) return '';
  const { protocol, hostname, port } = new URL(server);
  const proxy = of(protocol === 'http:' ? 'HTTP_PROXY' : 'HTTPS_PROXY');
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (proxy === '' || isOfThisMachine(host)) return '';
  const exceptions = of('NO_PROXY')
    .split(',')
    .map((one) => one.trim().toLowerCase());
  const usualPort = protocol === 'http:' ? '80' : '443';
  if (exceptions.some((one) => one !== '' && isExcepted(one, host, port || usualPort))) return '';
  return /^\w+:\/\//.test(proxy) ? proxy : `http://${proxy}`;
}

function isOfThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isExcepted(exception: string, host: string, port: string): boolean {
  if (exception === '*') return true;
  const [, network, bits] = /^([\d.]+|[\da-f:.]+)\/(\d+)$/.exec(exception) ?? [];
  if (network !== undefined) return isInNetwork(host, network, Number(bits));
  if (isIP(exception) !== 0) return exception === host;
  const [, name = exception, only] = /^(.*?):(\d+)$/.exec(exception) ?? [];
  if (only !== undefined && only !== port) return false;
  const domain = name.replace(/^\*?\.?/, '');
  // `.example.org` is its hosts alone; `example.org` is itself as well.
  return host.endsWith(`.${domain}`) || (name === domain && host === domain);
}

function isInNetwork(host: string, network: string, bits: number): boolean {
  const families = [isIP(host), isIP(network)];
  if (families[0] === 0 || families[0] !== families[1] || bits > (families[0] === 4 ? 32 : 128)) return false;
  const family = families[0] === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, bits, family);
  return list.check(host, family);
}
