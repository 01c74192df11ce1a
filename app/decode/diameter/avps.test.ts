import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dictionary, message } from '../../../tests/support/diameter.ts';
import type { AvpDetail } from '../../api/types.ts';
import { decodeAvps } from './avps.ts';
import type { AvpDefinition } from './dictionary.ts';
import type { AvpInput, AvpInputValue } from './encode.ts';

const header = '01000000' + 'c0000110' + '00000004' + '00000001' + '00000001';

/** A message of AVPs in hexadecimal. */
function ofHex(...avps: string[]): Uint8Array {
  return Buffer.from(header + avps.join('').replaceAll(' ', ''), 'hex');
}

const decode = (bytes: Uint8Array): readonly AvpDetail[] => decodeAvps(bytes, dictionary);
const only = (hex: string): AvpDetail => decode(ofHex(hex))[0]!;

describe('AVP formats', () => {
  it.each([
    ['Session-Id', 'UTF8String', '00000107 4000000b 613b3100', 'a;1'],
    ['Origin-Host', 'DiameterIdentity', '00000108 40000011 612e6578616d706c65 000000', 'a.example'],
    ['Result-Code', 'Unsigned32', '0000010c 4000000c 000007d1', 'DIAMETER_SUCCESS (2001)'],
    ['CC-Request-Type', 'Enumerated', '000001a0 4000000c 00000002', 'UPDATE_REQUEST (2)'],
    ['CC-Request-Type', 'Enumerated', '000001a0 4000000c 00000063', '99'],
    ['CC-Total-Octets', 'Unsigned64', '000001a5 40000010 ffffffffffffffff', '18446744073709551615'],
    ['Value-Digits', 'Integer64', '000001bf 40000010 fffffffffffffffe', '-2'],
    ['Exponent', 'Integer32', '000001ad 4000000c fffffffe', '-2'],
    ['Event-Timestamp', 'Time', '00000037 4000000c ed000000', '2025-12-31T20:03:12Z'],
    // The NTP era that begins on 7 February 2036. RFC 6733 section 4.3.1.
    ['Event-Timestamp', 'Time', '00000037 4000000c 00000000', '2036-02-07T06:28:16Z'],
    ['Host-IP-Address', 'Address', '00000101 4000000e 00010a2a00070000', '10.42.0.7'],
    ['Host-IP-Address', 'Address', '00000101 4000001a 000220010db8000000000000000000000001 0000', '2001:db8::1'],
    ['Host-IP-Address', 'Address', '00000101 4000000d 0008343931 000000', '491'],
    ['Class', 'OctetString', '00000019 4000000a dead0000', 'dead'],
    ['Redirect-Host', 'DiameterURI', '00000124 4000000e 6161613a2f2f0000', 'aaa://'],
    ['NAS-Filter-Rule', 'IPFilterRule', '00000190 4000000e 7065726d69740000', 'permit'],
    ['QoS-Filter-Rule', 'QoSFilterRule', '00000197 4000000b 74616700', 'tag'],
  ])('%s is %s', (name, type, hex, value) => {
    expect(only(hex)).toMatchObject({ name, type, value, vendor: '', children: [] });
    expect(only(hex).problem).toBeUndefined();
  });

  it('reads vendor AVPs, and keeps unknown ones as bytes', () => {
    const [known, unknown] = decode(
      ofHex('00000408 c0000010 000028af 000003ec', '000f4240 80000010 0000ffff 01020304'),
    );
    expect(known).toMatchObject({
      name: 'RAT-Type',
      vendorId: 10415,
      vendor: '3GPP',
      value: 'EUTRAN (1004)',
      mandatory: true,
    });
    expect(unknown).toMatchObject({ name: 'Unknown-1000000', vendor: '65535', type: 'OctetString', value: '01020304' });
    expect(unknown).toMatchObject({ mandatory: false, range: [36, 16] });
  });

  it('reads groups, and names an experimental result by the vendor beside it', () => {
    const [group] = decode(ofHex('00000129 40000020', '0000010a 4000000c 000028af', '0000012a 4000000c 0000152c'));
    expect(group).toMatchObject({ name: 'Experimental-Result', type: 'Grouped', value: '', range: [20, 32] });
    expect(group!.children).toMatchObject([
      { name: 'Vendor-Id', value: '10415', range: [28, 12] },
      { name: 'Experimental-Result-Code', value: 'DIAMETER_ERROR_UNKNOWN_EPS_SUBSCRIPTION (5420)' },
    ]);
  });

  it.each([
    ['MSISDN', '000002bd c0000012 000028af 9471111111f1 0000', '49171111111'],
    ['Visited-PLMN-Id', '0000057f c000000f 000028af 62f210 00', '262-01'],
    ['Framed-IP-Address', '00000008 4000000c 0a2d0001', '10.45.0.1'],
    ['Framed-IPv6-Prefix', '00000061 40000012 004020010db800010002 0000', '2001:db8:1:2::/64'],
    ['3GPP-SGSN-Address', '00000006 80000010 000028af c0000201', '192.0.2.1'],
    ['3GPP-MS-TimeZone', '00000017 8000000e 000028af 4001 0000', 'UTC+01:00, daylight saving +1 h'],
    [
      '3GPP-User-Location-Info',
      '00000016 80000019 000028af 8262f2100001 62f21000a1b203 000000',
      'TAI 262-01 TAC 1, ECGI 262-01 cell 10596867',
    ],
    ['3GPP-User-Location-Info', '00000016 8000000e 000028af ffff 0000', 'ffff'],
  ])('%s is read by its own format', (name, hex, value) => {
    expect(only(hex)).toMatchObject({ name, value });
  });
});

describe('broken AVPs', () => {
  it('name the problem and go on behind it where the length allows', () => {
    const avps = decode(ofHex('0000010c 4000000b 00000700', '00000107 4000000b 613b3100'));
    expect(avps).toMatchObject([
      { name: 'Result-Code', value: '000007' },
      { name: 'Session-Id', value: 'a;1' },
    ]);
    expect(avps[0]!.problem).toContain('3 bytes');
  });

  it('inside a group cost only the group', () => {
    const [group, after] = decode(
      ofHex('00000129 40000014', '0000010a 4000ffff 000028af', '00000107 4000000b 613b3100'),
    );
    expect(group!.children[0]).toMatchObject({ name: 'Vendor-Id', problem: expect.stringContaining('65535') });
    expect(after).toMatchObject({ name: 'Session-Id', value: 'a;1' });
  });

  it('with an impossible length take the rest', () => {
    expect(decode(ofHex('00000107 40000004 613b3100'))).toMatchObject([
      { value: '', problem: expect.stringContaining('4 is less') },
    ]);
    expect(decode(ofHex('00000107 400000'))).toMatchObject([
      { name: 'Undecoded', problem: expect.stringContaining('7 bytes') },
    ]);
  });

  it('nest no deeper than the bound', () => {
    let inner = '';
    for (let depth = 0; depth < 200; depth++) {
      inner = `00000129 40${(inner.length / 2 + 8).toString(16).padStart(6, '0')}${inner}`.replaceAll(' ', '');
    }
    let at = decode(ofHex(inner))[0];
    let depth = 0;
    for (; at?.children[0] !== undefined; at = at.children[0]) depth++;
    expect(depth).toBe(16);
    expect(at?.problem).toContain('deep');
  });
});

describe('encoding', () => {
  const simple = dictionary.all.filter((avp) => avp.type !== 'Grouped' && dictionary.findByName(avp.name) === avp);

  /** Values of an AVP's type, with the text that the tree shows of them. */
  function arbitraryOf(definition: AvpDefinition): fc.Arbitrary<{ input: AvpInputValue; text: string }> {
    const number = (arbitrary: fc.Arbitrary<number | bigint>) =>
      arbitrary.map((input) => ({ input, text: named(definition, input) }));
    switch (definition.type) {
      case 'Unsigned32':
        return number(fc.nat(0xffffffff));
      case 'Integer32':
      case 'Enumerated':
        return number(fc.integer());
      case 'Unsigned64':
        return number(fc.bigInt(0n, 2n ** 64n - 1n));
      case 'Integer64':
        return number(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n));
      case 'Float32':
        return number(
          fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
        ).map(({ input }) => ({ input, text: String(input) }));
      case 'Float64':
        return number(fc.double({ noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value)));
      case 'Time':
        return fc
          .date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
          .map((date) => {
            date.setMilliseconds(0);
            return { input: date, text: date.toISOString().replace('.000', '') };
          });
      case 'Address':
        return fc.ipV4().map((input) => ({ input, text: input }));
      case 'OctetString':
        // Longer than any AVP that is read by a format of its own.
        return fc
          .uint8Array({ minLength: 20, maxLength: 40 })
          .map((input) => ({ input, text: Buffer.from(input).toString('hex') }));
      default:
        return fc.string({ unit: 'grapheme', maxLength: 40 }).map((input) => ({ input, text: input }));
    }
  }

  function named(definition: AvpDefinition, value: number | bigint): string {
    const name = definition.values.get(Number(value));
    return name === undefined ? String(value) : `${name} (${value})`;
  }

  const avp = fc.constantFrom(...simple).chain((definition) =>
    arbitraryOf(definition).map(({ input, text }) => ({
      input: [definition.name, input] as AvpInput,
      shown: { name: definition.name, code: definition.code, vendorId: definition.vendorId, value: text },
    })),
  );

  it('is undone by decoding, for every AVP of the dictionary', () => {
    fc.assert(
      fc.property(fc.array(avp, { maxLength: 8 }), (avps) => {
        const group: AvpInput = ['Subscription-Id', avps.map((each) => each.input)];
        const decoded = decode(message({}, [...avps.map((each) => each.input), group]));
        for (const list of [decoded.slice(0, -1), decoded.at(-1)!.children]) {
          expect(list).toHaveLength(avps.length);
          list.forEach((each, index) => {
            const { value, ...shown } = avps[index]!.shown;
            expect(each).toMatchObject(shown);
            expect(each.problem).toBeUndefined();
            if (each.type === 'Float32') expect(Math.fround(Number(each.value))).toBe(Number(value));
            else expect(each.value).toBe(value);
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('refuses what does not fit', () => {
    expect(() => message({}, [['No-Such-AVP', 1]])).toThrow('no AVP No-Such-AVP');
    expect(() => message({}, [['Result-Code', 'text']])).toThrow('Result-Code is of type Unsigned32');
    expect(() => message({}, [['CC-Request-Type', 'NO_SUCH']])).toThrow('does not fit');
    expect(() => message({}, [['Host-IP-Address', 'not an address']])).toThrow('does not fit');
  });
});

describe('any bytes', () => {
  const sample = Buffer.from(
    message({}, [
      ['Session-Id', 'a;1'],
      [
        'Multiple-Services-Credit-Control',
        [
          ['Granted-Service-Unit', [['CC-Total-Octets', 5n]]],
          ['Rating-Group', 1],
        ],
      ],
      [
        'Service-Information',
        [['PS-Information', [['3GPP-User-Location-Info', Buffer.from('8262f210000162f21000a1b203', 'hex')]]]],
      ],
      [
        'Experimental-Result',
        [
          ['Vendor-Id', 10415],
          ['Experimental-Result-Code', 5001],
        ],
      ],
    ]),
  );

  it('never throw, and ranges stay inside', () => {
    const mutations = fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(mutations, fc.nat(sample.length), (changes, length) => {
        const bytes = Buffer.from(sample);
        for (const [at, value] of changes) bytes[at] = value;
        const visit = (avps: readonly AvpDetail[], start: number, end: number): void => {
          for (const { range, children } of avps) {
            expect(range[0]).toBeGreaterThanOrEqual(start);
            expect(range[0] + range[1]).toBeLessThanOrEqual(end);
            visit(children, range[0], range[0] + range[1]);
          }
        };
        visit(decode(bytes.subarray(0, length)), 0, length);
      }),
      { numRuns: 2000 },
    );
  });
});
