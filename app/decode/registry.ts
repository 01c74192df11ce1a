import { diameterProtocol } from './diameter/diameter-protocol.ts';
import type { ProtocolDescriptor } from './stream-decoder.ts';

/** Every protocol that is decoded. The only list of them: to add one, add its descriptor here. */
export const protocols: readonly ProtocolDescriptor[] = [diameterProtocol];
