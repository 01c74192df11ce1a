import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type ServerHttp2Stream,
} from 'node:http2';
import { type Listener, type ListenerOptions, nextConnection, responseFlag } from './listener.ts';
import type { HeaderPairs, TappedConnection } from './tap.ts';

type Fields = IncomingHttpHeaders & IncomingHttpStatusHeader;

function pairsOf(fields: Fields): HeaderPairs {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return (Array.isArray(value) ? value : [String(value)]).map((single) => [name, single] as const);
  });
}

/** Starts an HTTP/2 listener without TLS (gRPC included); each stream is forwarded as it comes, and shown to the tap. */
export async function startHttp2Listener(options: ListenerOptions): Promise<Listener> {
  const connections = new WeakMap<Http2Session, TappedConnection>();
  const sessions = new Set<Http2Session>();
  let upstreamSession: ClientHttp2Session | null = null;

  function upstream(): ClientHttp2Session {
    if (upstreamSession && !upstreamSession.closed && !upstreamSession.destroyed) return upstreamSession;
    const session = connect(`http://${options.upstream.address}:${options.upstream.port}`, { path: options.forward });
    session.on('error', () => session.destroy());
    upstreamSession = session;
    return session;
  }

  function forward(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    let connection = connections.get(stream.session!);
    if (!connection) {
      connection = nextConnection(options, 'http/2');
      connections.set(stream.session!, connection);
    }
    const fields = { ...headers, 'x-request-id': headers['x-request-id'] ?? randomUUID() };
    const noBody = stream.readableEnded || stream.endAfterHeaders;
    pass(
      stream,
      upstream().request(fields, { endStream: noBody, waitForTrailers: !noBody }),
      fields,
      noBody,
      connection,
    );
  }

  function pass(
    stream: ServerHttp2Stream,
    out: ClientHttp2Stream,
    fields: IncomingHttpHeaders,
    noBody: boolean,
    connection: TappedConnection,
  ): void {
    const tap = options.tap.http(connection);
    let finished = false;
    const finish = (reset: boolean, responseCodeDetails: string, responseFlags: number): void => {
      if (finished) return;
      finished = true;
      tap.done({ reset, responseCodeDetails, responseFlags });
    };
    tap.requestHeaders(pairsOf(fields), noBody);
    let requestTrailers: IncomingHttpHeaders = {};
    stream.on('trailers', (trailers) => {
      requestTrailers = trailers;
      tap.requestTrailers(pairsOf(trailers));
    });
    stream.on('data', (bytes: Buffer) => {
      tap.requestBody(bytes, false);
      if (!out.write(bytes)) stream.pause();
    });
    out.on('drain', () => stream.resume());
    stream.on('end', () => {
      if (!noBody && Object.keys(requestTrailers).length === 0) tap.requestBody(new Uint8Array(0), true);
      out.end();
    });
    out.on('wantTrailers', () => out.sendTrailers(requestTrailers));

    let answerTrailers: IncomingHttpHeaders = {};
    out.on('response', (answer, flags) => {
      const only = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      tap.responseHeaders(pairsOf(answer), only);
      if (stream.destroyed) return;
      stream.respond(answer, { endStream: only, waitForTrailers: !only });
    });
    out.on('trailers', (trailers) => {
      answerTrailers = trailers;
      tap.responseTrailers(pairsOf(trailers));
    });
    out.on('data', (bytes: Buffer) => {
      tap.responseBody(bytes, false);
      if (!stream.destroyed && !stream.write(bytes)) out.pause();
    });
    stream.on('drain', () => out.resume());
    stream.on('wantTrailers', () => stream.sendTrailers(answerTrailers));
    out.on('end', () => {
      // A stream that broke off ends too; its close tells which it was.
      if (out.rstCode !== constants.NGHTTP2_NO_ERROR) return;
      if (Object.keys(answerTrailers).length === 0) tap.responseBody(new Uint8Array(0), true);
      finish(false, 'via_upstream', 0);
      if (!stream.destroyed) stream.end();
    });
    out.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    out.on('close', () => {
      if (out.rstCode === constants.NGHTTP2_NO_ERROR) return;
      finish(true, 'upstream_reset_after_response_started{remote_reset}', responseFlag.upstreamConnectionTermination);
      stream.close(out.rstCode);
    });
    stream.on('error', () => out.close(constants.NGHTTP2_CANCEL));
    stream.on('close', () => {
      if (stream.rstCode === constants.NGHTTP2_NO_ERROR) return;
      finish(true, 'downstream_remote_reset', responseFlag.downstreamConnectionTermination);
      out.close(stream.rstCode);
    });
  }

  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', forward);
  server.listen(options.listen);
  await once(server, 'listening');
  return {
    close: async () => {
      upstreamSession?.destroy();
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
