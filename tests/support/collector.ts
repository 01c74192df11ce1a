import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CaptureBatch, FilterRecord } from '../../app/capture/batch.ts';
import { decodeBatch } from '../../app/capture/decode-batch.ts';

/** Takes batches as an aggregator would, and keeps everything for the test to look at. */
export class Collector implements AsyncDisposable {
  readonly port: number;
  /** What it answers: 200, or what the test sets. */
  status = 200;
  readonly batches: CaptureBatch[] = [];
  /** Takes in requests, but neither looks at them nor answers until `wake()`: a process that was stopped. */
  #asleep: (() => void)[] | null = null;
  /** False forgets the events of what was taken: for loads that would fill the memory. */
  keepsEvents = true;
  /** Batches that came again although they had been taken. */
  duplicates = 0;
  readonly #server: Server;
  readonly #seen = new Set<string>();

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  static async start(port = 0): Promise<Collector> {
    const server = createServer({ keepAliveTimeout: 0 });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    const collector = new Collector(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const answer = () => {
          if (collector.status === 200) collector.#take(Buffer.concat(chunks));
          response.writeHead(collector.status).end();
        };
        if (collector.#asleep) collector.#asleep.push(answer);
        else answer();
      });
    });
    return collector;
  }

  sleep(): void {
    this.#asleep = [];
  }

  wake(): void {
    const waiting = this.#asleep ?? [];
    this.#asleep = null;
    for (const answer of waiting) answer();
  }

  /** Ends the server and breaks its connections; what was taken stays. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Listens again on the same port. */
  restart(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(this.port, '127.0.0.1', resolve));
  }

  /** Waits until `condition` holds for what was taken. */
  async until(condition: (collector: Collector) => boolean, milliseconds = 20_000): Promise<void> {
    for (const end = Date.now() + milliseconds; !condition(this); ) {
      if (Date.now() > end) throw new Error(`not in ${milliseconds} ms: ${JSON.stringify(this.account)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  #take(bytes: Uint8Array): void {
    const batch = decodeBatch(bytes);
    if ('error' in batch) throw new Error(`a broken batch: ${batch.error} at ${batch.offset}`);
    const key = `${batch.instance}/${batch.sequence}`;
    if (this.#seen.has(key)) this.duplicates++;
    else if (this.keepsEvents) this.batches.push(batch);
    else this.batches.push({ ...batch, records: batch.records.map((record) => ({ ...record, events: [] })) });
    this.#seen.add(key);
  }

  get records(): FilterRecord[] {
    return this.batches.flatMap((batch) => batch.records);
  }

  /** The last batch of each VM instance: the counters as they stand. */
  get latest(): CaptureBatch[] {
    const byInstance = new Map<string, CaptureBatch>();
    for (const batch of this.batches) {
      const known = byInstance.get(batch.instance);
      if (!known || known.sequence < batch.sequence) byInstance.set(batch.instance, batch);
    }
    return [...byInstance.values()];
  }

  /** Seen, delivered and dropped exchanges and messages of all instances. */
  get account(): Record<'seen' | 'delivered' | 'dropped' | 'messagesSeen' | 'messages' | 'messagesDropped', number> {
    const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
    const dropped = (kind: string) =>
      sum(this.latest.flatMap((batch) => batch.drops.filter((drop) => drop.kind === kind).map((drop) => drop.count)));
    return {
      seen: sum(this.latest.map((batch) => batch.exchangesSeen)),
      delivered: this.records.filter((record) => record.mode === 'http' && record.final).length,
      dropped: dropped('exchange'),
      messagesSeen: sum(this.latest.map((batch) => batch.messagesSeen)),
      messages: this.records.filter((record) => record.mode === 'diameter' && !record.final).length,
      messagesDropped: dropped('message'),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.stop();
  }
}
