import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DiameterDecoder } from '../../app/decode/diameter/decoder.ts';
import { createDictionary, type DiameterDictionary } from '../../app/decode/diameter/dictionary.ts';
import { type AvpInput, encodeMessage, type MessageInput } from '../../app/decode/diameter/encode.ts';
import type { DiameterMessage, Exchange } from '../../app/model/exchange.ts';
import type { Problem } from '../../app/model/problem.ts';
import { decodeContext } from './decode-context.ts';

const file = join(import.meta.dirname, '..', '..', 'resources', 'dictionaries', 'diameter.json');

/** The dictionary that the engine loads. */
export const dictionary: DiameterDictionary = createDictionary(JSON.parse(readFileSync(file, 'utf8')));

/** A message with the header fields of a test, and AVPs by name. */
export function message(header: Partial<MessageInput>, avps: readonly AvpInput[]): Uint8Array {
  return encodeMessage(
    { commandCode: 272, flags: 0xc0, applicationId: 4, hopByHopId: 1, endToEndId: 1, ...header, avps },
    dictionary,
  );
}

/** A decoder on a connection of its own, with everything that came out of it. */
export interface DecoderRun {
  readonly decoder: DiameterDecoder;
  /** In the order in which they were opened. */
  readonly exchanges: Exchange[];
  readonly closed: Exchange[];
  readonly problems: Problem[];
  /** The stored bytes of a message. */
  bytesOf(message: DiameterMessage): Uint8Array;
}

export function runDecoder(startsInTheMiddle = false): DecoderRun {
  const exchanges: Exchange[] = [];
  const closed: Exchange[] = [];
  const problems: Problem[] = [];
  const stored: Uint8Array[] = [];
  let length = 0;
  const decoder = new DiameterDecoder(
    decodeContext(3868, {
      sink: {
        open: (exchange) => exchanges.push(exchange),
        change: () => {},
        close: (exchange) => closed.push(exchange),
      },
      store: {
        append(bytes) {
          stored.push(bytes.slice());
          length += bytes.length;
          return length - bytes.length;
        },
      },
      nextExchangeNumber: () => exchanges.length,
      problem: (problem) => problems.push(problem),
      startsInTheMiddle,
    }),
  );
  const bytesOf = (of: DiameterMessage): Uint8Array => {
    const all = Buffer.concat(stored);
    return Buffer.concat(of.body.chunks.map((chunk) => all.subarray(chunk.offset, chunk.offset + chunk.length)));
  };
  return { decoder, exchanges, closed, problems, bytesOf };
}
