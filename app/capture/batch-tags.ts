// The numbers of the batch's wire format (docs/capture-batch.md). Plain constants only: the capture filter (AssemblyScript)
// and the decoder (TypeScript) compile this same file.

/** First four bytes of a batch, little-endian: `PIB1`. */
export const BATCH_MAGIC = 0x31424950;
/** Length of the fixed head of a batch; fields follow it. */
export const BATCH_HEAD = 40;
/** Bit of the head's flags: the filter captures (not idle). */
export const BATCH_CAPTURING = 1;

/** Length of a field's head: tag (8 bits) and length of the value (32 bits). */
export const FIELD_HEAD = 5;

// Fields of a batch: text, once each.
export const NODE_POD = 1;
export const NODE_NAMESPACE = 2;
export const NODE_WORKLOAD = 3;
export const NODE_SERVICE_ACCOUNT = 4;
export const NODE_NODE_NAME = 5;
export const NODE_SERVICE = 6;
// Fields of a batch: any number.
export const BATCH_DROP = 16;
export const BATCH_RECORD = 17;

/** Length of a BATCH_DROP value: kind (8), reason (8), count (64). */
export const DROP_LENGTH = 10;
export const DROP_EXCHANGE = 1;
export const DROP_PART = 2;
export const DROP_MESSAGE = 3;
export const DROP_BODY = 4;
/** Kinds are 1 to DROP_KINDS - 1. */
export const DROP_KINDS = 5;

export const REASON_MEMORY = 1;
export const REASON_REFUSED = 2;
export const REASON_NOT_DIAMETER = 3;
export const REASON_INCOMPLETE = 4;
/** Reasons are 1 to DROP_REASONS - 1. */
export const DROP_REASONS = 5;

/** Length of the fixed head of a record; its fields follow: mode (8), flags (8), part (32), stream (64). */
export const RECORD_HEAD = 14;
export const MODE_HTTP = 1;
export const MODE_DIAMETER = 2;
export const RECORD_FINAL = 1;
export const RECORD_RESET = 2;

// Fields of a record that describe it: once each.
export const RECORD_CONNECTION = 1;
export const RECORD_UPSTREAM = 2;
export const RECORD_UPSTREAM_CLUSTER = 3;
export const RECORD_RESPONSE_CODE_DETAILS = 4;
/** Envoy's response flags as a bit set, 64 bits: bit n is flag n of envoy/stream_info/stream_info.h. */
export const RECORD_RESPONSE_FLAGS = 5;

/** Head of a RECORD_CONNECTION value: role (8), protocol (8), id (64), length of the source's text (16). */
export const CONNECTION_HEAD = 12;
export const ROLE_PRODUCER = 1;
export const ROLE_CONSUMER = 2;
export const PROTOCOL_TCP = 0;
export const PROTOCOL_HTTP_1_0 = 1;
export const PROTOCOL_HTTP_1_1 = 2;
export const PROTOCOL_HTTP_2 = 3;
export const PROTOCOL_HTTP_3 = 4;
export const PROTOCOL_DIAMETER = 5;

// Fields of a record that are events, in the order in which they happened: EVENT_… + SIDE_….
// The value of each begins with its time (64 bits, nanoseconds since the epoch).
export const EVENT_HEADERS = 16;
export const EVENT_DATA = 18;
export const EVENT_TRAILERS = 20;
/** After the time: 1 when the side broke off, else 0 (8 bits). */
export const EVENT_END = 22;
/** `SIDE_…` of a message follows its R bit; the sender is told by EVENT_MESSAGE_FROM_…. */
export const EVENT_MESSAGE_FROM_SOURCE = 24;
export const EVENT_MESSAGE_FROM_DESTINATION = 26;
export const SIDE_REQUEST = 0;
export const SIDE_ANSWER = 1;

/** What EVENT_DATA and EVENT_MESSAGE hold before their bytes: time (64), true length (64). */
export const DATA_HEAD = 16;
