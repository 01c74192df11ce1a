import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AvpDetail } from '../../../app/api/types.ts';
import { createDissector } from '../../../app/assemble/dissector.ts';
import { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import { decodeAvps } from '../../../app/decode/diameter/avps.ts';
import { diameterProtocol } from '../../../app/decode/diameter/protocol.ts';
import { pcapFileHeader } from '../../../app/formats/pcap/pcap-writer.ts';
import type { DiameterMessage, Exchange } from '../../../app/model/exchange.ts';
import { TcpConversation } from '../../../app/synth/tcp-conversation.ts';
import { CollectingSink, MemoryStore } from '../../support/decoding.ts';
import { dictionary } from '../../support/diameter.ts';
import { freePort } from '../../support/free-ports.ts';
import { readCapture } from '../../support/read-capture.ts';
import { RecordingRelay, type TapeEntry } from '../../support/tape.ts';
import { tsharkIsInstalled } from '../../support/tshark.ts';
import { differences } from './compare-avps.ts';
import { type TsharkMessage, tsharkMessages } from './tshark-messages.ts';

const python = join(import.meta.dirname, '..', '..', '..', '.parts', 'python');
const missing = !tsharkIsInstalled
  ? ' (skipped: tshark is not installed)'
  : existsSync(join(python, 'diameter'))
    ? ''
    : ' (skipped: python-diameter is not there)';
/** Not 3868, so that both have to be told or find out. */
const PORT = 13_868;

/** What the peers said to each other on their connection. */
async function recordPeers(): Promise<readonly TapeEntry[]> {
  const port = await freePort();
  await using relay = await RecordingRelay.start(port);
  const script = join(import.meta.dirname, 'peers.py');
  const peers = spawn('python3', [script, String(port), String(relay.port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, PYTHONPATH: python },
  });
  const [status] = await once(peers, 'exit');
  expect(status).toBe(0);
  return relay.tapes.reduce((longest, tape) => (tape.length > longest.length ? tape : longest));
}

/** The tape as packets of at most `size` bytes of payload. */
function pcapOf(tape: readonly TapeEntry[], size: number): Uint8Array {
  const out = new ByteBuilder();
  out.append(pcapFileHeader(101));
  const conversation = new TcpConversation(
    { address: '10.0.0.1', port: 40_000 },
    { address: '10.0.0.2', port: PORT },
    1,
  );
  let time = 1_790_000_000_000_000_000n;
  conversation.open(out, time);
  for (const { direction, bytes } of tape) {
    for (let at = 0; at < bytes.length; at += size) {
      time += 1_000_000n;
      conversation.send(out, direction, bytes.subarray(at, at + size), time);
    }
  }
  conversation.finish(out, 0, time);
  return out.bytes.slice(0, out.length);
}

interface Decoded {
  readonly message: DiameterMessage;
  readonly avps: readonly AvpDetail[];
  readonly bytes: Uint8Array;
}

/** Our exchanges of a file, and their messages in the order in which they ended. */
function decodeFile(pcap: Uint8Array): { exchanges: readonly Exchange[]; messages: readonly Decoded[] } {
  const sink = new CollectingSink();
  const store = new MemoryStore();
  const dissector = createDissector({ protocols: [diameterProtocol], sink, store });
  for (const packet of readCapture([pcap]).packets) dissector.packet(packet);
  dissector.end();
  const messages = sink.exchanges
    .flatMap((exchange) => [exchange.request, exchange.answer])
    .filter((message): message is DiameterMessage => message?.kind === 'diameter')
    .map((message) => {
      const { offset, length } = message.body.chunks[0]!;
      const bytes = store.bytes.slice(offset, offset + length);
      return { message, bytes, avps: decodeAvps(bytes, dictionary), offset };
    });
  return { exchanges: sink.exchanges, messages: messages.sort((a, b) => a.offset - b.offset) };
}

describe.skipIf(missing !== '')(`python-diameter's peers${missing}`, () => {
  let folder = '';
  let tape: readonly TapeEntry[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'packet-inspector-diameter-'));
    tape = await recordPeers();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function both(size: number): { tshark: TsharkMessage[]; ours: ReturnType<typeof decodeFile> } {
    const pcap = pcapOf(tape, size);
    const file = join(folder, `${size}.pcap`);
    writeFileSync(file, pcap);
    return { tshark: tsharkMessages(file, PORT), ours: decodeFile(pcap) };
  }

  it.each([65_000, 97])('has the same messages and AVPs as in tshark, in segments of %i bytes', (size) => {
    const { tshark, ours } = both(size);
    expect(ours.messages.length).toBeGreaterThan(200);
    const header = ({ message }: Decoded) => [
      message.commandCode,
      message.flags,
      message.applicationId,
      message.hopByHopId,
      message.endToEndId,
      message.body.length,
    ];
    const theirs = tshark.map(({ fields }) =>
      ['cmd.code', 'flags', 'applicationId', 'hopbyhopid', 'endtoendid', 'length'].map((name) =>
        Number(fields[`diameter.${name}`]),
      ),
    );
    expect(ours.messages.map(header)).toEqual(theirs);
    const found = ours.messages.flatMap(({ avps, bytes }, index) => differences(avps, tshark[index]!.avps, bytes));
    expect(found).toEqual([]);
  });

  it('has the same answers to requests as in tshark', () => {
    const { tshark, ours } = both(65_000);
    const answered = ours.exchanges.filter((exchange) => exchange.request !== null && exchange.answer !== null);
    expect(answered).toHaveLength(tshark.filter(({ fields }) => 'diameter.answer_to' in fields).length);
    expect(ours.exchanges.filter(({ requestDirection }) => requestDirection === 1).length).toBeGreaterThan(2);
    for (const { request, answer } of answered) {
      const message = tshark.find(
        ({ fields }) =>
          Number(fields['diameter.hopbyhopid']) === (answer as DiameterMessage).hopByHopId &&
          Number(fields['diameter.flags']) === (answer as DiameterMessage).flags &&
          'diameter.resp_time' in fields,
      );
      const nanoseconds = Math.round(Number(message?.fields['diameter.resp_time']) * 1e9);
      expect(answer!.startTime - request!.startTime).toBe(BigInt(nanoseconds));
    }
  });
});
