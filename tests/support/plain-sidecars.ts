import { Envoy } from './envoy.ts';

/** Two sidecars without the filter in front of an application: what the same two with it are compared with. */
export class PlainSidecars implements AsyncDisposable {
  readonly producer: Envoy;
  readonly consumer: Envoy;

  private constructor(producer: Envoy, consumer: Envoy) {
    this.producer = producer;
    this.consumer = consumer;
  }

  static async start(version: string, application: number, concurrency = 1): Promise<PlainSidecars> {
    const producer = await Envoy.start(version, { role: 'producer', httpUpstream: application, concurrency });
    try {
      const upstream = producer.ports.http!;
      const consumer = await Envoy.start(version, { role: 'consumer', httpUpstream: upstream, concurrency });
      return new PlainSidecars(producer, consumer);
    } catch (error) {
      await producer[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where calls go in. */
  get port(): number {
    return this.consumer.ports.http!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.consumer[Symbol.asyncDispose]();
    await this.producer[Symbol.asyncDispose]();
  }
}
