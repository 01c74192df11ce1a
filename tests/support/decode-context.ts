import type { DecodeContext } from '../../app/decode/stream-decoder.ts';

type Given = Pick<DecodeContext, 'sink' | 'store' | 'nextExchangeNumber' | 'problem'> & Partial<DecodeContext>;

/** What a decoder is given of a TCP conversation to this port, seen from its beginning, beside what it is given here. */
export function decodeContext(port: number, given: Given): DecodeContext {
  return {
    conversation: {
      stream: 0,
      transport: 'tcp',
      client: { address: '10.0.0.1', port: 40_000 },
      server: { address: '10.0.0.2', port },
      interfaceName: '',
      capture: null,
    },
    readContent: null,
    become: () => {},
    startsInTheMiddle: false,
    ...given,
  };
}
