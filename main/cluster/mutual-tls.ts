import type { SecureContextOptions, TlsOptions } from 'node:tls';
import { errorText, type Log } from '../log.ts';
import type { IdentitySource } from '../tls/certificate-files.ts';

/** Whoever can reach the port may begin a handshake; nobody is waited for longer. Milliseconds. */
const handshakeTimeout = 10_000;
/** A refused peer comes again and again: the log has a line so often at most. Milliseconds. */
const logEvery = 10_000;

/** What the TLS servers of `node:tls` and `node:http2` have in common. */
interface SecureServer {
  setSecureContext(options: SecureContextOptions): void;
  on(event: 'tlsClientError', listener: (error: Error) => void): unknown;
}

/** Options of a server whose clients need a certificate of the same authority. */
export function mutualTls(identity: IdentitySource): TlsOptions {
  return {
    ...identity.current(),
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    handshakeTimeout,
  };
}

/** Renews the certificates of a server when they are rotated, until the returned function is called. */
export function followRotation(server: SecureServer, identity: IdentitySource, log: Log): () => void {
  return identity.watch((changed) => {
    server.setSecureContext(changed);
    log.info('the certificates were rotated');
  });
}

/** Counts the connections that a server refuses, and logs some of them with the reason. */
export class Refusals {
  readonly #message: string;
  readonly #log: Log;
  readonly #counts: { refused: number };
  #lastLogged = 0;

  /** @param message of each line in the log: `a proxy was refused` */
  constructor(message: string, counts: { refused: number }, log: Log) {
    this.#message = message;
    this.#counts = counts;
    this.#log = log;
  }

  /** Also counts handshakes that fail. */
  watch(server: SecureServer): void {
    server.on('tlsClientError', (error) => this.add(`at the TLS handshake: ${errorText(error)}`));
  }

  add(reason: string): void {
    this.#counts.refused++;
    if (Date.now() - this.#lastLogged < logEvery) return;
    this.#lastLogged = Date.now();
    this.#log.warning(this.#message, { reason, refused: this.#counts.refused });
  }
}
