import type { Handlers } from '../../../app/api/contract.ts';
import type { EmulatorReading, EmulatorSelection } from '../../../app/api/emulator-types.ts';
import type { SessionInfo } from '../../../app/api/session-types.ts';
import { type EmulatorCapture, emulatorKey } from '../../../app/mesh/aspen/emulator-files.ts';

const pod = { namespace: 'analysis-emulator', pod: 'aspen-mesh-analysis-emulator-7f9c5d-x2k8p' };
const newest = Date.UTC(2026, 10, 22, 14, 2, 33);

/** What an emulator has: of each kind of name some. */
export const emulatorCaptures: readonly EmulatorCapture[] = Array.from({ length: 48 }, (_, number) => {
  const time = `16757820619870${String(95_740 - number).padStart(5, '0')}`;
  const isDiameter = number % 3 === 1;
  const name = isDiameter
    ? `diameter-client-6464c65b66-4c8jl-${1_339_708_294 + number}-${1_857_878_061 + number}-${time}`
    : `cart-66b8d9f7c-q2w4e-${number % 2 === 0 ? 'consumer' : 'producer'}-9f1c2a70-6f0d-4b55-9a3c-${String(number).padStart(12, '0')}-${time}`;
  return {
    ...pod,
    name,
    kind: isDiameter ? 'Diameter' : 'HTTP',
    formats: number % 10 === 9 ? ['pcap'] : ['bson', 'pcap'],
    size: 3_400 + number * 977,
    changed: newest - number * 4_000,
  };
});

type EmulatorRequest = Extract<keyof Handlers, `emulator.${string}`>;

/** An emulator with a few captures, of which one cannot be read. */
export function emulatorHandlers(
  session: () => SessionInfo,
  tell: (reading: EmulatorReading) => void,
): Pick<Handlers, EmulatorRequest> {
  let reading: EmulatorReading | null = null;

  const chosen = ({ name, captures }: Omit<EmulatorSelection, 'id'>) =>
    emulatorCaptures.filter(
      (capture) =>
        new RegExp(name, 'i').test(capture.name) && (captures === null || captures.includes(emulatorKey(capture))),
    );
  const become = (state: EmulatorReading) => {
    reading = state;
    tell(state);
  };

  return {
    'emulator.list': ({ name, limit }) => {
      const found = chosen({ name, captures: null });
      return {
        captures: found.slice(0, limit),
        total: found.length,
        bytes: found.reduce((sum, { size }) => sum + size, 0),
        pods: [{ ...pod, isListed: true, problem: '' }],
      };
    },
    'emulator.read': ({ id, follow, ...selection }) => {
      const files = chosen(selection).length;
      const [first] = chosen(selection);
      become({
        id,
        phase: follow ? 'following' : 'ended',
        problem: '',
        files,
        read: files - 1,
        failed: 1,
        bytes: files * 4_000,
        captures: files - 1,
        failures: [{ file: `${emulatorKey(first!)}.bson`, problem: 'It is damaged from byte 2912 on.' }],
        problems: [],
      });
      return session();
    },
    'emulator.stop': () => {
      if (reading) become({ ...reading, phase: 'ended' });
      return {};
    },
    'emulator.state': () => ({ reading }),
    'emulator.save': ({ target, ...selection }) => {
      const files = chosen(selection).length;
      return {
        path: target?.path ?? '',
        download: target ? '' : 'download/none',
        files,
        failed: 0,
        bytes: files * 4_000,
      };
    },
  };
}
