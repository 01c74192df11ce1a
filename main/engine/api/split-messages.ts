import { GRPC_PREFIX_LENGTH } from '../../../app/decode/grpc/message-counter.ts';
import { WebSocketFrameReader } from '../../../app/decode/websocket/frame-reader.ts';
import type { Protocol } from '../../../app/model/exchange.ts';

/** A message of a stream in one side's body. */
export interface MessageSpan {
  /** Offset in the body after its last byte that is there. */
  readonly end: number;
  /** Bytes of its payload that it really has. */
  readonly length: number;
  readonly compressed: boolean;
  readonly type: string;
  readonly text: string;
  readonly complete: boolean;
}

/** Text of a message is cut there. Characters. */
const maximumText = 65_536;

const opcodes: Readonly<Record<number, string>> = { 1: 'text', 2: 'binary', 8: 'close', 9: 'ping', 10: 'pong' };

function hexText(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, maximumText / 2)).toString('hex');
}

/** Length-prefixed messages of gRPC. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
function grpcMessages(body: Uint8Array): MessageSpan[] {
  const spans: MessageSpan[] = [];
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  let at = 0;
  while (at + GRPC_PREFIX_LENGTH <= body.length && body[at]! <= 1) {
    const length = view.getUint32(at + 1);
    const start = at + GRPC_PREFIX_LENGTH;
    const end = Math.min(body.length, start + length);
    spans.push({
      end,
      length,
      compressed: body[at] === 1,
      type: 'message',
      text: hexText(body.subarray(start, end)),
      complete: end - start === length,
    });
    at = start + length;
  }
  return spans;
}

function webSocketMessages(body: Uint8Array): MessageSpan[] {
  const spans: MessageSpan[] = [];
  let current = { opcode: 0, compressed: false, length: 0, parts: [] as Uint8Array[], held: 0 };
  const reader = new WebSocketFrameReader({
    frame({ opcode, compressed, length }) {
      if (opcode !== 0) current = { opcode, compressed, length, parts: [], held: 0 };
      else current.length += length;
    },
    payload(bytes) {
      if (current.held > maximumText) return;
      current.parts.push(bytes.slice());
      current.held += bytes.length;
    },
    end(complete) {
      const payload = Buffer.concat(current.parts);
      const readable = current.opcode === 1 && !current.compressed;
      spans.push({
        end: 0,
        length: current.length,
        compressed: current.compressed,
        type: opcodes[current.opcode] ?? `opcode ${current.opcode}`,
        text: readable ? payload.toString('utf8').slice(0, maximumText) : hexText(payload),
        complete,
      });
    },
  });
  reader.push(body);
  return spans;
}

/** The messages in the body of one side of a stream; none for protocols that have none. */
export function splitMessages(protocol: Protocol, body: Uint8Array): MessageSpan[] {
  switch (protocol) {
    case 'gRPC':
      return grpcMessages(body);
    case 'WebSocket':
      return webSocketMessages(body);
    default:
      return [];
  }
}
