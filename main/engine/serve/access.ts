import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Why a request is not answered: the HTTP status and a sentence. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly text: string;
}

function equalSecrets(given: string, secret: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(secret);
  return a.length === b.length && timingSafeEqual(a, b);
}

function cookieValue(header: string, name: string): string {
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return '';
}

/**
 * Guards a server on the loopback interface against everybody else on this machine and against every page on the web.
 *
 * - The Host field has to be ours: a foreign name that resolves to 127.0.0.1 (DNS rebinding) is refused.
 * - An Origin field has to be ours; requests that do something and WebSockets have to have one.
 * - All need the cookie, which only `/?token=` with the start token gives. The token stands in the address once and the
 *   cookie is HttpOnly and SameSite=Strict, so no script reads it and no other site's request carries it.
 *
 * What it cannot keep out: browsers send a cookie to all ports of a host, so a server of another user of this machine
 * learns it when this browser is led there.
 */
export class Access {
  readonly #token = randomBytes(32).toString('base64url');
  readonly #secret = randomBytes(32).toString('base64url');
  readonly #hosts: ReadonlySet<string>;
  readonly #cookieName: string;
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
    this.#hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
    // Cookies do not tell ports apart: two servers must not take each other's.
    this.#cookieName = `packet-inspector-${port}`;
  }

  /** The address that opens the view. A secret. */
  get startAddress(): string {
    return `http://127.0.0.1:${this.#port}/?token=${this.#token}`;
  }

  /** The value of Set-Cookie for a browser that came with the token. */
  get cookie(): string {
    return `${this.#cookieName}=${this.#secret}; HttpOnly; SameSite=Strict; Path=/`;
  }

  hasToken(token: string): boolean {
    return equalSecrets(token, this.#token);
  }

  /** Where the request comes from and goes to; null when both are ours. */
  refusePlace(request: IncomingMessage, needsOrigin: boolean): Refusal | null {
    const host = request.headers.host ?? '';
    if (!this.#hosts.has(host)) return { status: 403, text: 'This address is not served here.' };
    const origin = request.headers.origin;
    if (origin === undefined ? needsOrigin : origin !== `http://${host}`) {
      return { status: 403, text: 'Requests from other pages are refused.' };
    }
    return null;
  }

  /** Whether the request has the cookie; null when it has. */
  refuseStranger(request: IncomingMessage): Refusal | null {
    const value = cookieValue(request.headers.cookie ?? '', this.#cookieName);
    if (equalSecrets(value, this.#secret)) return null;
    return { status: 401, text: 'Open the address that packet-inspector printed when it started.' };
  }
}
