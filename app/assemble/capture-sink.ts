import type { Exchange, ExchangeSink } from '../model/exchange.ts';

/**
 * Where the decoder of a sidecar's capture puts its exchange. The sidecar tells of it until its last part, which may come
 * after all bytes have: until then the exchange is not closed. There is one in each capture; where a file says otherwise,
 * the one before is closed.
 */
export class CaptureSink implements ExchangeSink {
  private readonly sink: ExchangeSink;
  /** The decoder is done with it. */
  private finished: Exchange | null = null;

  constructor(sink: ExchangeSink) {
    this.sink = sink;
  }

  open(exchange: Exchange): void {
    this.sink.open(exchange);
  }

  change(exchange: Exchange): void {
    this.sink.change(exchange);
  }

  close(exchange: Exchange): void {
    this.captureEnded();
    this.finished = exchange;
    this.sink.change(exchange);
  }

  /** Nothing more is told of what was captured. */
  captureEnded(): void {
    const { finished } = this;
    this.finished = null;
    if (finished !== null) this.sink.close(finished);
  }
}
