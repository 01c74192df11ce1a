import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { decodeAvps } from '../../../app/decode/diameter/avps.ts';
import type { DiameterDictionary } from '../../../app/decode/diameter/dictionary.ts';
import type { AvpInput } from '../../../app/decode/diameter/encode.ts';
import type { Random } from '../random.ts';
import { DiameterPeer, type DiameterRequest } from './peer.ts';

const realm = 'epc.example';
const command = { capabilities: 257, reAuth: 258, creditControl: 272, watchdog: 280 } as const;
const application = { base: 0, creditControl: 4, gx: 16_777_238 } as const;
const result = { success: 2001, unknownSession: 5002, creditLimitReached: 4012 } as const;

const origin = (host: string): readonly AvpInput[] => [
  ['Origin-Host', `${host}.${realm}`],
  ['Origin-Realm', realm],
];

function capabilities(host: string, address: string): readonly AvpInput[] {
  return [
    ...origin(host),
    ['Host-IP-Address', address],
    ['Vendor-Id', 10_415],
    ['Product-Name', `${host} demo`, { mandatory: false }],
    ['Auth-Application-Id', application.creditControl],
    ['Auth-Application-Id', application.gx],
  ];
}

/** AVPs of a request that its answer repeats. RFC 8506 section 3.2. */
function repeated(request: DiameterRequest, dictionary: DiameterDictionary, ...names: readonly string[]): AvpInput[] {
  const avps = decodeAvps(request.bytes, dictionary);
  return names.flatMap((name) => {
    const found = avps.find((avp) => avp.name === name);
    if (!found) return [];
    const [start, length] = found.range;
    const header = found.vendorId === 0 ? 8 : 12;
    return [[name, request.bytes.slice(start + header, start + length)] as const];
  });
}

/** Listens for Diameter connections on a local socket; `serve` is told of each one. */
async function listen(
  socket: string,
  host: string,
  address: string,
  dictionary: DiameterDictionary,
  answer: (request: DiameterRequest) => readonly AvpInput[] | null,
  connected: (peer: DiameterPeer) => void = () => {},
): Promise<Server> {
  const peers = new Set<DiameterPeer>();
  const server = createServer((connection) => {
    const peer = new DiameterPeer(connection, dictionary, 0x2000_0000, (request) => {
      if (request.commandCode === command.capabilities)
        return [['Result-Code', result.success], ...capabilities(host, address)];
      if (request.commandCode === command.watchdog) return [['Result-Code', result.success], ...origin(host)];
      return answer(request);
    });
    peers.add(peer);
    connection.on('close', () => peers.delete(peer));
    connected(peer);
  });
  server.on('close', () => {
    for (const peer of peers) peer.close();
  });
  server.listen(socket);
  await once(server, 'listening');
  return server;
}

/** The online charging system: grants quota over Gy, runs out of credit now and then, and forgets a session now and then. */
export function startOcs(
  socket: string,
  address: string,
  dictionary: DiameterDictionary,
  random: Random,
): Promise<Server> {
  return listen(socket, 'ocs', address, dictionary, (request) => {
    if (request.commandCode !== command.creditControl) return null;
    const code = random.chance(0.08)
      ? result.creditLimitReached
      : random.chance(0.02)
        ? result.unknownSession
        : result.success;
    return [
      ...repeated(request, dictionary, 'Session-Id'),
      ['Result-Code', code],
      ...origin('ocs'),
      ...repeated(request, dictionary, 'Auth-Application-Id', 'CC-Request-Type', 'CC-Request-Number'),
      ...(code === result.success ? [grant(random)] : []),
    ];
  });
}

function grant(random: Random): AvpInput {
  return [
    'Multiple-Services-Credit-Control',
    [
      ['Granted-Service-Unit', [['CC-Total-Octets', BigInt(random.between(1, 20)) * 1_048_576n]]],
      ['Rating-Group', 100],
      ['Validity-Time', 3_600],
      ['Result-Code', result.success],
    ],
  ];
}

/** The policy server: answers Gx, and sends re-authorisation requests of its own over the connection it was called on. */
export function startPcrf(
  socket: string,
  address: string,
  dictionary: DiameterDictionary,
  random: Random,
): Promise<Server> {
  let lastSession: AvpInput | null = null;
  const rule = (name: string): AvpInput => ['Charging-Rule-Install', [['Charging-Rule-Name', name]]];
  return listen(
    socket,
    'pcrf',
    address,
    dictionary,
    (request) => {
      if (request.commandCode !== command.creditControl) return null;
      const session = repeated(request, dictionary, 'Session-Id');
      lastSession = session[0] ?? null;
      return [
        ...session,
        ['Result-Code', result.success],
        ...origin('pcrf'),
        ...repeated(request, dictionary, 'Auth-Application-Id', 'CC-Request-Type', 'CC-Request-Number'),
        rule('default-bearer'),
      ];
    },
    (peer) => {
      const timer = setInterval(() => {
        if (peer.closed) clearInterval(timer);
        else if (lastSession) {
          peer.send(command.reAuth, application.gx, [
            lastSession,
            ['Auth-Application-Id', application.gx],
            ...origin('pcrf'),
            ['Destination-Realm', realm],
            ['Destination-Host', `pcef.${realm}`],
            ['Re-Auth-Request-Type', 'AUTHORIZE_ONLY'],
            rule(random.pick(['video-boost', 'default-bearer', 'roaming'])),
          ]);
        }
      }, 4_000);
      timer.unref();
    },
  );
}

/** Local sockets of the policy enforcement point's sidecar. */
export interface PcefPeers {
  readonly ocs: string;
  readonly pcrf: string;
}

/** The policy enforcement point: subscribers' data sessions, each a Gx session and a Gy credit-control session. */
export function startPcef(
  peers: PcefPeers,
  address: string,
  dictionary: DiameterDictionary,
  random: Random,
  pause: number,
): { close(): void } {
  const timers = new Set<NodeJS.Timeout>();
  let sessions = random.between(1_000, 9_000);
  const dial = (socket: string): DiameterPeer => {
    const peer = new DiameterPeer(connect(socket), dictionary, random.between(1, 0x1000_0000), (request) =>
      request.commandCode === command.reAuth
        ? [...repeated(request, dictionary, 'Session-Id'), ['Result-Code', result.success], ...origin('pcef')]
        : [['Result-Code', result.success], ...origin('pcef')],
    );
    peer.send(command.capabilities, application.base, capabilities('pcef', address));
    return peer;
  };
  const gy = dial(peers.ocs);
  const gx = dial(peers.pcrf);

  function later(milliseconds: number, action: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, milliseconds);
    timers.add(timer);
  }

  function creditControl(
    peer: DiameterPeer,
    host: string,
    id: number,
    session: string,
    type: string,
    number: number,
    extra: readonly AvpInput[],
  ): void {
    peer.send(command.creditControl, id, [
      ['Session-Id', session],
      ...origin('pcef'),
      ['Destination-Realm', realm],
      ['Destination-Host', `${host}.${realm}`],
      ['Auth-Application-Id', id],
      ['CC-Request-Type', type],
      ['CC-Request-Number', number],
      ...extra,
    ]);
  }

  function dataSession(): void {
    const number = sessions++;
    const subscriber: AvpInput = [
      'Subscription-Id',
      [
        ['Subscription-Id-Type', 'END_USER_IMSI'],
        ['Subscription-Id-Data', `26201${String(1_000_000_000 + number)}`],
      ],
    ];
    const gxSession = `pcef.${realm};${number};1`;
    const gySession = `pcef.${realm};${number};2`;
    creditControl(gx, 'pcrf', application.gx, gxSession, 'INITIAL_REQUEST', 0, [
      subscriber,
      ['Called-Station-Id', 'internet'],
    ]);
    const context: AvpInput = ['Service-Context-Id', '32251@3gpp.org'];
    creditControl(gy, 'ocs', application.creditControl, gySession, 'INITIAL_REQUEST', 0, [context, subscriber]);
    const updates = random.between(1, 4);
    for (let update = 1; update <= updates; update++) {
      later(update * pause * 2, () => {
        const used: AvpInput = ['Used-Service-Unit', [['CC-Total-Octets', BigInt(random.between(1, 900_000))]]];
        creditControl(gy, 'ocs', application.creditControl, gySession, 'UPDATE_REQUEST', update, [
          context,
          subscriber,
          ['Multiple-Services-Credit-Control', [['Rating-Group', 100], used]],
        ]);
      });
    }
    later((updates + 1) * pause * 2, () => {
      creditControl(gy, 'ocs', application.creditControl, gySession, 'TERMINATION_REQUEST', updates + 1, [
        context,
        subscriber,
      ]);
      creditControl(gx, 'pcrf', application.gx, gxSession, 'TERMINATION_REQUEST', 1, [subscriber]);
    });
    later(pause * (1 + 2 * random.next()), dataSession);
  }

  later(100, dataSession);
  const watchdog = setInterval(() => {
    for (const peer of [gy, gx]) peer.send(command.watchdog, application.base, origin('pcef'));
  }, 10_000);
  return {
    close: () => {
      clearInterval(watchdog);
      for (const timer of timers) clearTimeout(timer);
      gy.close();
      gx.close();
    },
  };
}
