import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDictionary } from '../../../app/decode/diameter/dictionary.ts';
import { type AvpInput, encodeMessage } from '../../../app/decode/diameter/encode.ts';

const file = join(import.meta.dirname, '..', '..', '..', 'resources', 'dictionaries', 'diameter.json');

export const dictionary = createDictionary(JSON.parse(readFileSync(file, 'utf8')));

/** Credit-Control-Request or -Answer of a session's update. RFC 8506. */
export function creditControl(number: number, request: boolean): Uint8Array {
  const common: AvpInput[] = [
    ['Session-Id', `pgw-1.epc.example;1700000000;${number}`],
    ['Origin-Host', request ? 'pgw-1.epc.example' : 'ocs-1.charging.example'],
    ['Origin-Realm', request ? 'epc.example' : 'charging.example'],
    ['CC-Request-Type', 2],
    ['CC-Request-Number', number],
  ];
  const avps: AvpInput[] = request
    ? [
        ...common,
        ['Destination-Realm', 'charging.example'],
        ['Service-Context-Id', '32251@3gpp.org'],
        [
          'Subscription-Id',
          [
            ['Subscription-Id-Type', 0],
            ['Subscription-Id-Data', '491711234567'],
          ],
        ],
        [
          'Multiple-Services-Credit-Control',
          [
            ['Rating-Group', 10],
            ['Used-Service-Unit', [['CC-Total-Octets', 1_000_000n]]],
          ],
        ],
      ]
    : [
        ...common,
        ['Result-Code', 2001],
        [
          'Multiple-Services-Credit-Control',
          [
            ['Rating-Group', 10],
            ['Granted-Service-Unit', [['CC-Total-Octets', 5_000_000n]]],
            ['Validity-Time', 3600],
          ],
        ],
      ];
  const header = {
    commandCode: 272,
    flags: request ? 0xc0 : 0x40,
    applicationId: 4,
    hopByHopId: number,
    endToEndId: number,
  };
  return encodeMessage({ ...header, avps }, dictionary);
}
