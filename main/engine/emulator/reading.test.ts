import { describe, expect, it } from 'vitest';
import type { EmulatorReading } from '../../../app/api/emulator-types.ts';
import type { CaptureDocument } from '../../../app/capture/document.ts';
import { encodeDocument } from '../../../app/capture/stream-encode.ts';
import { LINKTYPE_RAW } from '../../../app/formats/pcap/pcap-format.ts';
import { pcapFileHeader } from '../../../app/formats/pcap/pcap-writer.ts';
import { callDocuments } from '../../../tests/support/capture-documents.ts';
import { eventually } from '../../../tests/support/control-plane/program.ts';
import { EmulatorFiles, localSource } from '../../../tests/support/emulator.ts';
import { Reading, type ReadingOptions } from './reading.ts';
import type { EmulatorSource } from './source.ts';

/** What a file of our receiver has of one side of a call. */
const [first, second, third] = [1, 2, 3].map((number) => {
  const document = callDocuments(number)[0]!;
  return { id: document.metadata.id, pcap: document.pcap, bson: encodeDocument(document, BigInt(number)) };
}) as [Call, Call, Call];

interface Call {
  readonly id: string;
  readonly pcap: Uint8Array;
  readonly bson: Uint8Array;
}

interface Run extends AsyncDisposable {
  readonly reading: Reading;
  readonly captures: string[];
  readonly packets: Uint8Array[];
  readonly states: EmulatorReading[];
}

async function read(
  files: EmulatorFiles,
  options: Partial<ReadingOptions> = {},
  source: EmulatorSource = localSource(),
): Promise<Run> {
  const captures: string[] = [];
  const packets: Uint8Array[] = [];
  const states: EmulatorReading[] = [];
  const reading = new Reading({
    id: 'here',
    source,
    listing: await source.list(),
    follow: false,
    isWanted: ({ name }) => name.startsWith(files.prefix),
    room: () => null,
    onCapture: ({ metadata }: CaptureDocument) => captures.push(metadata.id),
    onPackets: (_, pcap) => packets.push(pcap.slice()),
    onChange: (state) => states.push(state),
    ...options,
  });
  return {
    reading,
    captures,
    packets,
    states,
    async [Symbol.asyncDispose]() {
      reading.stop();
      await reading.over;
    },
  };
}

const pcapHeader = pcapFileHeader(LINKTYPE_RAW);

describe.skipIf(process.platform !== 'linux')('reading captures of an emulator', () => {
  it('takes each capture once, however many files have it, and its .pcap not at all', async () => {
    using files = new EmulatorFiles();
    files.write('a.bson', first.bson);
    files.write('a.pcap', first.pcap);
    files.write('b.bson', Buffer.concat([first.bson, second.bson]));
    await using run = await read(files);
    await run.reading.over;
    expect(run.captures.sort()).toEqual([first.id, second.id].sort());
    expect(run.packets).toEqual([]);
    expect(run.reading.state).toMatchObject({ phase: 'ended', files: 2, read: 2, failed: 0, captures: 2, problem: '' });
  });

  it('goes on with files that grow and come, without doubling what is listed again, until it is stopped', async () => {
    using files = new EmulatorFiles();
    files.write('a.bson', first.bson.subarray(0, 100));
    await using run = await read(files, { follow: true });
    await eventually('the wait for more', () => run.states.some(({ phase }) => phase === 'following'));
    expect(run.captures).toEqual([]);
    files.append('a.bson', first.bson.subarray(100));
    await eventually('the first capture', () => run.captures.length > 0);
    files.append('a.bson', second.bson);
    files.write('b.bson', first.bson);
    files.write('c.bson', third.bson);
    await eventually('all captures', () => run.captures.length === 3);
    run.reading.stop();
    await run.reading.over;
    expect(run.captures.sort()).toEqual([first.id, second.id, third.id].sort());
    expect(run.reading.state.phase).toBe('ended');
  });

  it('reads the .pcap where there is no .bson, and where that is of another make', async () => {
    using files = new EmulatorFiles();
    files.write('alone.pcap', first.pcap);
    // { a: 'b' }
    files.write('other.bson', Buffer.from('0e00000002610002000000620000', 'hex'));
    files.write('other.pcap', second.pcap);
    await using run = await read(files);
    await run.reading.over;
    const packets = [first, second].map(({ pcap }) => pcap.subarray(pcapHeader.length));
    expect(run.packets.map((pcap) => Buffer.from(pcap).toString('hex')).sort()).toEqual(
      packets.map((pcap) => Buffer.from(pcap).toString('hex')).sort(),
    );
    expect(run.reading.state).toMatchObject({ files: 3, read: 2, failed: 1, captures: 2 });
    expect(run.reading.state.failures[0]!.problem).toMatch(/its \.pcap is read instead, if there is one\.$/);
  });

  it('tells of each file that is wrong, and reads the others', async () => {
    using files = new EmulatorFiles();
    files.write('broken.bson', Buffer.concat([first.bson, Buffer.alloc(40)]));
    files.write('none.pcap', Buffer.from('no packets at all'));
    files.write('whole.bson', second.bson);
    await using run = await read(files);
    await run.reading.over;
    expect(run.captures.sort()).toEqual([first.id, second.id].sort());
    const { failures, failed } = run.reading.state;
    expect(failed).toBe(2);
    expect(failures.find(({ file }) => file.endsWith('-none.pcap'))?.problem).toBe('It is not a pcap file.');
    expect(failures.find(({ file }) => file.endsWith('-broken.bson'))?.problem).toContain(
      `It is damaged from byte ${first.bson.length} on`,
    );
  });

  it('reads many and large files in few commands', async () => {
    using files = new EmulatorFiles();
    const large = Buffer.concat(Array.from({ length: 9_000 }, () => second.bson));
    expect(large.length).toBeGreaterThan(12 << 20);
    files.write('large.bson', Buffer.concat([large, third.bson]));
    for (let number = 0; number < 300; number++) files.write(`${number}.bson`, first.bson);
    const here = localSource();
    let commands = 0;
    await using run = await read(
      files,
      {},
      {
        list: () => here.list(),
        read: (pieces) => {
          commands++;
          return here.read(pieces);
        },
      },
    );
    await run.reading.over;
    expect(run.captures.sort()).toEqual([first.id, second.id, third.id].sort());
    expect(run.reading.state).toMatchObject({ files: 301, read: 301, failed: 0 });
    expect(commands).toBeLessThan(10);
  });

  it('reads what was there when it was listed, also when some of it grew or went meanwhile', async () => {
    using files = new EmulatorFiles();
    files.write('a.bson', first.bson);
    files.write('b.bson', second.bson);
    files.write('c.bson', third.bson);
    const here = localSource();
    const listing = await here.list();
    files.append('a.bson', second.bson.subarray(0, 50));
    files.remove('c.bson');
    await using run = await read(files, { listing });
    await run.reading.over;
    expect(run.captures.sort()).toEqual([first.id, second.id].sort());
    expect(run.reading.state).toMatchObject({ failed: 1, captures: 2 });
    expect(run.reading.state.failures[0]!.problem).toBe('It was removed before it was read.');
  });

  it('says which program the image lacks', async () => {
    await expect(localSource('/nowhere').list()).rejects.toThrow('find: not found');
  });

  it('goes on when the cluster can be reached again, and says why it could not', async () => {
    using files = new EmulatorFiles();
    const here = localSource();
    let isAway = false;
    const source: EmulatorSource = {
      list: () => (isAway ? Promise.reject(new Error('There is no route to it.')) : here.list()),
      read: (pieces) => here.read(pieces),
    };
    await using run = await read(files, { follow: true }, source);
    isAway = true;
    await eventually('the reason', () => run.reading.state.problem === 'There is no route to it.');
    files.write('a.bson', first.bson);
    isAway = false;
    await eventually('the capture', () => run.captures.length === 1);
    await eventually('nothing wrong', () => run.reading.state.problem === '');
  });
});
