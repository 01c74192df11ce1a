import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import 'protobufjs/ext/descriptor.js';
import { afterAll, describe, expect, test } from 'vitest';
import type { SchemaSource } from '../../../app/api/types.ts';
import { readDescriptorSet } from '../../../app/decode/protobuf/descriptor-set.ts';
import { protobufJsonText } from '../../../app/decode/protobuf/json-text.ts';
import { SchemaTables } from '../../../app/decode/protobuf/schema.ts';
import type { Problem } from '../../../app/model/problem.ts';
import { loadSchema } from './load-schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'schema-'));
afterAll(() => rmSync(folder, { recursive: true }));

function problemsOf(sources: readonly SchemaSource[]): readonly Problem[] {
  return sources.flatMap(({ problems }) => problems);
}

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

const money = 'syntax = "proto3"; package shop.common; message Money { string currency = 1; int64 units = 2; }';
const orders = `
  syntax = "proto3";
  package shop.v1;
  import "common/money.proto";
  import "google/protobuf/timestamp.proto";
  import "google/api/annotations.proto";
  enum State { STATE_UNKNOWN = 0; PAID = 1; }
  message Order {
    message Line { string sku = 1; uint32 quantity = 2; }
    string order_id = 1;
    repeated Line lines = 2;
    shop.common.Money total = 3;
    State state = 4;
    map<string, sint32> counts = 5;
    repeated sint64 deltas = 6;
    double weight = 7; float ratio = 8; bytes blob = 9; bool urgent = 10; fixed64 serial = 11;
    google.protobuf.Timestamp placed = 12;
    repeated State history = 13;
    oneof payment { string card = 14; Order replaces = 15; }
    string renamed = 16 [json_name = "other"];
    sfixed32 offset = 17;
    map<int64, Line> by_number = 18;
  }
  service Orders { rpc Place(Order) returns (stream shop.common.Money); }`;

const order = {
  orderId: 'o-1',
  lines: [{ sku: 'a', quantity: 2 }, { sku: 'b' }],
  total: { currency: 'EUR', units: 9007199254740993n },
  state: 1,
  counts: { plus: 5, minus: -5, none: 0 },
  deltas: [-1, 2, -3],
  weight: 0.5,
  ratio: 0.1,
  blob: Uint8Array.of(1, 255),
  urgent: true,
  serial: '18446744073709551615',
  placed: { seconds: 1_700_000_000, nanos: 120_000_000 },
  history: [0, 1, 7],
  replaces: { orderId: 'o-0' },
  renamed: 'x',
  offset: -2,
  byNumber: { '-7': { quantity: 1 } },
};

const expected = {
  orderId: 'o-1',
  lines: [{ sku: 'a', quantity: 2 }, { sku: 'b' }],
  total: { currency: 'EUR', units: '9007199254740993' },
  state: 'PAID',
  counts: { plus: 5, minus: -5, none: 0 },
  deltas: ['-1', '2', '-3'],
  weight: 0.5,
  ratio: 0.1,
  blob: 'Af8=',
  urgent: true,
  serial: '18446744073709551615',
  placed: '2023-11-14T22:13:20.120Z',
  history: ['STATE_UNKNOWN', 'PAID', 7],
  replaces: { orderId: 'o-0' },
  other: 'x',
  offset: -2,
  byNumber: { '-7': { quantity: 1 } },
};

/** The same types in protobufjs, which writes what is read here. */
function reference(): protobuf.Root {
  const root = new protobuf.Root();
  protobuf.parse(money, root);
  protobuf.parse(orders, root);
  root.addJSON(protobuf.common.get('google/protobuf/timestamp.proto')!.nested!);
  root.resolveAll();
  return root;
}

const root = reference();
const orderType = root.lookupType('shop.v1.Order');
const orderBytes = orderType.encode(orderType.fromObject(order)).finish();

const protos = join(folder, 'protos');
write('protos/common/money.proto', money);
write('protos/orders.proto', orders);
const set = (root as protobuf.Root & { toDescriptor(edition: string): protobuf.Message }).toDescriptor('proto3');
const descriptors = write('set.binpb', set.$type.encode(set).finish());

describe.each([
  ['a folder of .proto files', protos],
  ['a descriptor set', descriptors],
])('%s', (_name, path) => {
  test('gives the methods with their types', async () => {
    const { schema, sources } = await loadSchema([path]);
    expect(sources).toEqual([{ path, messages: expect.any(Number), methods: 1, problems: [] }]);
    expect(sources[0]!.messages).toBeGreaterThan(2);
    expect(schema.method('/shop.v1.Orders/Place')).toEqual({ request: 'shop.v1.Order', answer: 'shop.common.Money' });
    expect(schema.method('/shop.v1.Orders/Cancel')).toBeUndefined();
  });

  test('shows a message as the JSON mapping says', async () => {
    const { schema } = await loadSchema([path]);
    const { text, problems } = protobufJsonText(orderBytes, 'shop.v1.Order', schema, 65_536);
    expect(problems).toEqual([]);
    expect(JSON.parse(text)).toEqual(expected);
    expect(text).toBe(JSON.stringify(JSON.parse(text), null, 2));
  });

  test('unknown fields and fields of another wire type stand under their numbers', async () => {
    const { schema } = await loadSchema([path]);
    const bytes = protobuf.Writer.create()
      .uint32(8)
      .uint32(7)
      .uint32(0x3e2)
      .string('new')
      .uint32(0x3e2)
      .string('newer')
      .finish();
    expect(JSON.parse(protobufJsonText(bytes, 'shop.v1.Order', schema, 1000).text)).toEqual({
      '1': 7,
      '124': ['new', 'newer'],
    });
  });

  test('messages that come twice are merged, of scalars the last counts', async () => {
    const { schema } = await loadSchema([path]);
    const writer = protobuf.Writer.create();
    writer
      .uint32(0x1a)
      .bytes(Buffer.from('0a03555344', 'hex'))
      .uint32(0x1a)
      .bytes(Buffer.from('1005', 'hex'))
      .uint32(32)
      .uint32(0)
      .uint32(32)
      .uint32(1);
    const text = protobufJsonText(writer.finish(), 'shop.v1.Order', schema, 1000).text;
    expect(JSON.parse(text)).toEqual({ total: { currency: 'USD', units: '5' }, state: 'PAID' });
  });

  test('a message that is cut anywhere is shown as far as it goes', async () => {
    const { schema } = await loadSchema([path]);
    for (let length = 0; length < orderBytes.length; length++) {
      const { text, problems } = protobufJsonText(orderBytes.subarray(0, length), 'shop.v1.Order', schema, 65_536);
      const shown = JSON.parse(text.replace(/\n# .*/g, ''));
      if (problems.length === 0) expect(Object.keys(expected)).toEqual(expect.arrayContaining(Object.keys(shown)));
      if (length > 10) expect(shown.orderId).toBe('o-1');
    }
  });

  test('any damage gives text within the bound', async () => {
    const { schema } = await loadSchema([path]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(orderBytes.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const bytes = Uint8Array.from(orderBytes);
        for (const [at, octet] of changes) bytes[at] = octet;
        expect(protobufJsonText(bytes, 'shop.v1.Order', schema, 2000).text.length).toBeLessThan(2010);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('what cannot be used is told, and the rest is loaded', () => {
  test('a broken file, a missing import, a type defined twice', async () => {
    write('mixed/a.proto', 'syntax = "proto3"; message A { missing.Type gone = 1; string here = 2; }');
    write('mixed/b.proto', 'syntax = "proto3"; message B {');
    write('mixed/c.proto', 'syntax = "proto3"; message A { string other = 1; }');
    write('mixed/node_modules/x.proto', 'this is passed over');
    symlinkSync('/', join(folder, 'mixed/everything'));
    const { schema, sources } = await loadSchema([join(folder, 'mixed')]);
    expect(problemsOf(sources).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^b\.proto:1: /),
      expect.stringMatching(/^c\.proto: duplicate name 'A'/),
    ]);
    const text = protobufJsonText(Buffer.from('0a017812017a', 'hex'), 'A', schema, 1000).text;
    expect(JSON.parse(text)).toEqual({ '1': 'x', here: 'z' });
  });

  test('places that are no schema', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const { sources } = await loadSchema([
      join(folder, 'absent'),
      empty,
      write('picture', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)),
      write('nothing', ''),
    ]);
    expect(sources.map(({ messages }) => messages)).toEqual([0, 0, 0, 0]);
    expect(problemsOf(sources).map(({ text }) => text.replaceAll(folder, ''))).toEqual([
      '/absent cannot be read: it does not exist.',
      'There are no .proto files in /empty.',
      '/picture: This is not a descriptor set: it has no message types.',
      '/nothing: This is not a descriptor set: it has no message types.',
    ]);
  });

  test('damaged descriptor sets', () => {
    const whole = readFileSync(descriptors);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const bytes = Uint8Array.from(whole);
        for (const [at, octet] of changes) bytes[at] = octet;
        const tables = new SchemaTables();
        readDescriptorSet(bytes, tables);
        protobufJsonText(orderBytes, 'shop.v1.Order', tables, 1000);
      }),
      { numRuns: 500 },
    );
  });
});
