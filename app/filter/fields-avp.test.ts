import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { avpNames } from '../../main/tasks/avp-field-names.ts';
import { decodeAvps } from '../decode/diameter/avps.ts';
import { createDictionary } from '../decode/diameter/dictionary.ts';
import { encodeMessage } from '../decode/diameter/encode.ts';
import type { DiameterMessage } from '../model/exchange.ts';
import { AVP_NAMES } from './avp-names.ts';
import { checkFilter } from './check.ts';
import { compileFilter } from './compile.ts';
import { completeFilter } from './complete.ts';
import type { CodedColumn, DetailReader, FlowColumns } from './flow-columns.ts';

const file = new URL('../../resources/dictionaries/diameter.json', import.meta.url);
const dictionary = createDictionary(JSON.parse(readFileSync(file, 'utf8')));

const request = encodeMessage(
  {
    commandCode: 272,
    flags: 0xc0,
    applicationId: 4,
    hopByHopId: 0xfeed,
    endToEndId: 0xbeef,
    avps: [
      ['Session-Id', 'pgw;1'],
      ['Event-Timestamp', new Date('2026-11-22T12:00:00Z')],
      [
        'Subscription-Id',
        [
          ['Subscription-Id-Type', 0],
          ['Subscription-Id-Data', '491711234567'],
        ],
      ],
      ['Multiple-Services-Credit-Control', [['Rating-Group', 10]]],
      [
        'Multiple-Services-Credit-Control',
        [
          ['Rating-Group', 20],
          ['Used-Service-Unit', [['CC-Total-Octets', 1_000n]]],
        ],
      ],
    ],
  },
  dictionary,
);

const details: DetailReader = {
  headers: () => [],
  http: () => null,
  bodies: () => [],
  diameter: () => [
    {
      message: { flags: 0xc0, hopByHopId: 0xfeed, endToEndId: 0xbeef } as DiameterMessage,
      avps: () => decodeAvps(request, dictionary),
    },
  ],
};

/** One flow, of which only the protocol is asked. */
function flowOf(protocol: string): FlowColumns {
  const column: CodedColumn<string> = { code: () => 0, value: () => protocol, size: () => 1 };
  return { protocol: column } as FlowColumns;
}

function matches(filter: string, protocol = 'Diameter'): boolean {
  const { expression, errors } = checkFilter(filter, 0);
  expect([filter, errors]).toEqual([filter, []]);
  return compileFilter(expression!, flowOf(protocol), details)(0);
}

describe('fields of AVPs', () => {
  it('are those of the dictionary', () => {
    const written = Object.fromEntries(Object.entries(AVP_NAMES).map(([kind, names]) => [kind, names.split(' ')]));
    expect(written).toEqual(avpNames(dictionary));
  });

  it.each([
    ['diameter.Subscription-Id-Data == "491711234567"', true],
    ['diameter.Subscription-Id-Data contains "99"', false],
    ['diameter.Rating-Group == 20', true],
    ['diameter.Rating-Group in {11..19}', false],
    // Several values: all of them differ, or any.
    ['diameter.Rating-Group != 10', false],
    ['diameter.Rating-Group !== 10', true],
    ['diameter.Subscription-Id-Type == 0', true],
    ['diameter.CC-Total-Octets >= 1000', true],
    ['diameter.Used-Service-Unit', true],
    ['diameter.Granted-Service-Unit', false],
    ['diameter.Event-Timestamp > "2026-11-22 11:59:59Z"', true],
    ['diameter.3GPP-SGSN-Address', false],
    ['diameter.flags.request', true],
    ['diameter.flags.error', false],
    ['diameter.hopbyhopid == 0xfeed && diameter.endtoendid == 48879', true],
  ])('%s: %s', (filter, expected) => {
    expect(matches(filter)).toBe(expected);
    expect(matches(filter, 'HTTP/1.1')).toBe(false);
  });

  it('are named where a name is wrong, and completed', () => {
    expect(checkFilter('diameter.Rating-Gruop == 1', 0).errors[0]!.message).toContain('diameter.Rating-Group');
    expect(checkFilter('diameter.Rating-Group == "x"', 0).errors[0]!.message).toContain('is not a number');
    expect(checkFilter('diameter.Subscription-Id == 1', 0).errors[0]!.message).toContain('is a group of AVPs');
    expect(completeFilter('diameter.Subscription-Id-D', 26).options.map(({ text }) => text)).toContain(
      'diameter.Subscription-Id-Data',
    );
    expect(completeFilter('', 0).options.length).toBeLessThan(200);
  });
});
