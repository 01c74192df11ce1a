import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDictionary } from '../../../app/decode/diameter/dictionary.ts';
import { type AvpInput, encodeMessage } from '../../../app/decode/diameter/encode.ts';

const file = join(import.meta.dirname, '..', '..', '..', 'resources', 'dictionaries', 'diameter.json');

export const dictionary = createDictionary(JSON.parse(readFileSync(file, 'utf8')));

/** Credit-Control-Request or -Answer, three of each session: initial, update, termination. RFC 8506. */
export function creditControl(number: number, request: boolean): Uint8Array {
  const common: AvpInput[] = [
    ['Session-Id', `pgw-1.epc.example;1700000000;${Math.floor(number / 3)}`],
    ['Origin-Host', request ? 'pgw-1.epc.example' : 'ocs-1.charging.example'],
    ['Origin-Realm', request ? 'epc.example' : 'charging.example'],
    ['CC-Request-Type', 1 + (number % 3)],
    ['CC-Request-Number', number % 3],
  ];
  const octets: AvpInput = ['CC-Total-Octets', 1_000_000n];
  const avps: AvpInput[] = request
    ? [
        ...common,
        ['Destination-Realm', 'charging.example'],
        ['Service-Context-Id', '32251@3gpp.org'],
        [
          'Subscription-Id',
          [
            ['Subscription-Id-Type', 0],
            ['Subscription-Id-Data', `49171${1_000_000 + (number % 100_000)}`],
          ],
        ],
        [
          'Multiple-Services-Credit-Control',
          [
            ['Rating-Group', 10],
            ['Used-Service-Unit', [octets]],
          ],
        ],
      ]
    : [
        ...common,
        ['Result-Code', number % 50 === 0 ? 4012 : 2001],
        [
          'Multiple-Services-Credit-Control',
          [
            ['Rating-Group', 10],
            ['Granted-Service-Unit', [octets]],
            ['Validity-Time', 3600],
          ],
        ],
      ];
  const flags = request ? 0xc0 : 0x40;
  const header = { commandCode: 272, flags, applicationId: 4, hopByHopId: number, endToEndId: number };
  return encodeMessage({ ...header, avps }, dictionary);
}
