import { diameterProtocol } from './diameter/diameter-protocol.ts';
import { http1Protocol } from './http1/protocol.ts';
import { http2Protocol } from './http2/protocol.ts';
import type { ProtocolDescriptor } from './stream-decoder.ts';

/** Every protocol that is decoded, in the order in which they are asked. The only list of them: to add one, add its descriptor here. */
export const protocols: readonly ProtocolDescriptor[] = [http2Protocol, http1Protocol, diameterProtocol];
