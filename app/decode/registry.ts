import { diameterProtocol } from './diameter/protocol.ts';
import { grpcProtocol } from './grpc/protocol.ts';
import { http1Protocol } from './http1/protocol.ts';
import { http2Protocol } from './http2/protocol.ts';
import type { ProtocolDescriptor } from './stream-decoder.ts';

/**
 * Every protocol that is decoded, in the order in which they are asked: the strictest first. Two HTTP/2 frame headers in a row are
 * found in many a Diameter message, but hardly ever a whole Diameter message in anything else. The only list of them: to add
 * one, add its descriptor here.
 */
export const protocols: readonly ProtocolDescriptor[] = [diameterProtocol, http2Protocol, http1Protocol, grpcProtocol];
