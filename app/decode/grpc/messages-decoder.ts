import type { Direction, Exchange, HttpMessage, Nanoseconds } from '../../model/exchange.ts';
import { skipBody, storeBody } from '../http/body.ts';
import { addProblem, newExchange, newMessage, unknownHead } from '../http/exchange.ts';
import { finishExchange } from '../http/finish.ts';
import { gapText } from '../http/gap-text.ts';
import type { DecodeContext, StreamDecoder } from '../stream-decoder.ts';
import { GrpcMessageCounter } from './message-counter.ts';

/**
 * Messages of gRPC without the HTTP/2 that carried them, as they are when gRPC's own dissector exported them. Where a call
 * began and ended, its method, its headers and its status are not among the bytes: all messages of the conversation are one
 * call of which no more is known.
 */
export class GrpcMessagesDecoder implements StreamDecoder {
  private readonly context: DecodeContext;
  private readonly counters = [new GrpcMessageCounter(), new GrpcMessageCounter()] as const;
  private readonly messages: [HttpMessage | null, HttpMessage | null] = [null, null];
  private readonly ended: [boolean, boolean] = [false, false];
  private exchange: Exchange | null = null;

  constructor(context: DecodeContext) {
    this.context = context;
  }

  data(direction: Direction, bytes: Uint8Array, time: Nanoseconds): void {
    const exchange = this.exchangeOf();
    const message = this.messageOf(exchange, direction, time);
    storeBody(message.body, this.context.store, bytes, time);
    message.endTime = time;
    const counter = this.counters[direction];
    counter.push(bytes);
    exchange.messageCount[direction] = counter.count;
    this.context.sink.change(exchange);
  }

  gap(direction: Direction, length: number, time: Nanoseconds): void {
    this.counters[direction].skip(length);
    const { exchange } = this;
    // Lost bytes alone are no call.
    if (exchange === null) return;
    skipBody(this.messageOf(exchange, direction, time).body, length, time);
    addProblem(exchange.problems, 'warning', 'tcp.gap', gapText(length, 'among the messages'));
    this.context.sink.change(exchange);
  }

  end(direction: Direction): void {
    this.ended[direction] = true;
    const { exchange } = this;
    if (exchange === null || !this.ended[0] || !this.ended[1]) return;
    for (const side of [0, 1] as const) this.endSide(exchange, side);
    const isWhole = this.messages.every((message) => message?.complete);
    finishExchange(this.context, exchange, isWhole ? 'complete' : 'unanswered');
  }

  private endSide(exchange: Exchange, side: Direction): void {
    const message = this.messages[side];
    if (message === null) return;
    message.complete = this.counters[side].isWhole;
    if (message.complete) return;
    const text = `The ${side === 0 ? 'request' : 'answer'} has bytes that are not a whole gRPC message.`;
    addProblem(exchange.problems, 'warning', 'grpc.message', text);
  }

  private exchangeOf(): Exchange {
    if (this.exchange !== null) return this.exchange;
    const exchange = newExchange(this.context, 'gRPC', 0, 0);
    const text =
      'These are messages only: the capture does not have the method, headers and status of their calls, nor where a call ends.';
    addProblem(exchange.problems, 'note', 'grpc.call.missing', text);
    this.exchange = exchange;
    this.context.sink.open(exchange);
    return exchange;
  }

  private messageOf(exchange: Exchange, side: Direction, time: Nanoseconds): HttpMessage {
    const known = this.messages[side];
    if (known !== null) return known;
    const message = newMessage(unknownHead('2'), time, time);
    this.messages[side] = message;
    if (side === 0) exchange.request = message;
    else exchange.answer = message;
    return message;
  }
}
