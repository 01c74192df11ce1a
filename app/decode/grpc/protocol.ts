import { u32be } from '../../bytes/integers.ts';
import { FRAME_HEADER_LENGTH } from '../http2/frame.ts';
import { findFrame } from '../http2/resync.ts';
import type { ProtocolDescriptor } from '../stream-decoder.ts';
import { GRPC_PREFIX_LENGTH } from './message-counter.ts';
import { GrpcMessagesDecoder } from './messages-decoder.ts';

/** Where the last of the length-prefixed messages ends that are whole; -1 where a prefix can be none. */
function endOfMessages(bytes: Uint8Array): number {
  let at = 0;
  while (at + GRPC_PREFIX_LENGTH <= bytes.length) {
    // The compressed flag: other bits are reserved.
    if (bytes[at]! > 1) return -1;
    const next = at + GRPC_PREFIX_LENGTH + u32be(bytes, at + 1);
    if (next > bytes.length) return at;
    at = next;
  }
  return at;
}

/**
 * Whether bytes begin with gRPC messages and not with frames of HTTP/2. Whole messages end with the bytes, which frames read as
 * messages hardly ever do: the length of a frame with a payload is that of a message 65,536 times as long. Where the end is
 * missing, a beginning that can be a frame's is one.
 */
export function beginsWithMessages(bytes: Uint8Array): boolean {
  const end = endOfMessages(bytes);
  return end === bytes.length || (end >= 0 && findFrame(bytes.subarray(0, FRAME_HEADER_LENGTH), 0).at !== 0);
}

/** gRPC's messages by themselves. On a connection they are within HTTP/2, where that finds them. */
export const grpcProtocol: ProtocolDescriptor = {
  name: 'grpc',
  fields: [],
  ports: [50_051],
  onlyByName: true,
  sniff: (_direction, head) => (endOfMessages(head) < 0 ? 'no' : 'yes'),
  create: (context) => new GrpcMessagesDecoder(context),
};
