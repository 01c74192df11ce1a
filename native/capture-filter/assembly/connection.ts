import {
  CONNECTION_HEAD,
  FIELD_HEAD,
  PROTOCOL_DIAMETER,
  PROTOCOL_HTTP_1_0,
  PROTOCOL_HTTP_1_1,
  PROTOCOL_HTTP_2,
  PROTOCOL_HTTP_3,
  RECORD_CONNECTION,
  RECORD_UPSTREAM,
  RECORD_UPSTREAM_CLUSTER,
  ROLE_CONSUMER,
  ROLE_PRODUCER,
} from '../../../app/capture/batch-tags';
import { allocate, copy, fill, release } from './memory';
import { propertyData, propertyNumber, propertySize, readProperty, renamed } from './property';
import { text } from './text';

// Look-ups of properties cost more than everything else that the filter does, so what is known of a connection is read
// once and kept by the connection's id.

// The short name exists in all proxies known and is the cheaper one to look up.
const CONNECTION_ID = renamed(text('connection_id'), text('connection\0id'));
const LISTENER_DIRECTION = renamed(text('xds\0listener_direction'), text('listener_direction'));
const SOURCE_ADDRESS = text('source\0address');
const DESTINATION_ADDRESS = text('destination\0address');
export const UPSTREAM_ADDRESS = text('upstream\0address');
export const CLUSTER_NAME = renamed(text('xds\0cluster_name'), text('cluster_name'));
const REQUEST_PROTOCOL = text('request\0protocol');
const HTTP_2 = text('HTTP/2');
const HTTP_1_1 = text('HTTP/1.1');
const HTTP_1_0 = text('HTTP/1.0');

// envoy.config.core.v3.TrafficDirection
const INBOUND: u64 = 1;
const OUTBOUND: u64 = 2;

/** Fields of a record that tell of a connection, ready to be written, shared by its streams. They follow this head. */
@unmanaged
export class Connection {
  id: u64;
  references: u32;
  size: u32;
  /** An inbound listener passes all requests of a connection on to the same place: the one application behind it. */
  isInbound: bool;
  /** The fields say where that is. */
  hasUpstream: bool;

  get fields(): usize {
    return changetype<usize>(this) + offsetof<Connection>();
  }

  /** Done with it: of the cache, or of a stream. */
  leave(): void {
    if (--this.references == 0) release(changetype<usize>(this));
  }
}

/** The cache: a slot for each remainder of a connection's id. */
const SLOTS: usize = 1024;
const slots: usize = heap.alloc(SLOTS << 2);
fill(slots, 0, SLOTS << 2);

/** The downstream connection of the HTTP stream that the proxy is at. Call `leave()` when done with it. */
export function httpConnection(): Connection {
  const id: u64 = CONNECTION_ID.read() ? propertyNumber() : 0;
  const slot = slots + ((<usize>(id & (SLOTS - 1))) << 2);
  const cached = changetype<Connection>(load<u32>(slot));
  if (changetype<usize>(cached) != 0) {
    if (cached.id == id && id != 0) {
      cached.references++;
      return cached;
    }
    cached.leave();
  }
  const connection = readConnection(id, httpProtocol());
  connection.references = 2;
  store<u32>(slot, <u32>changetype<usize>(connection));
  return connection;
}

/** The downstream connection of the TCP stream that the proxy is at. Call `leave()` when done with it. */
export function tcpConnection(): Connection {
  const id: u64 = CONNECTION_ID.read() ? propertyNumber() : 0;
  return readConnection(id, PROTOCOL_DIAMETER);
}

/** Adds where the connection goes on to, if the proxy knows it by now. */
export function addUpstream(connection: Connection): void {
  if (!readProperty(UPSTREAM_ADDRESS)) return;
  addField(connection, RECORD_UPSTREAM, ADDRESS_LIMIT);
  if (CLUSTER_NAME.read()) addField(connection, RECORD_UPSTREAM_CLUSTER, NAME_LIMIT);
  connection.hasUpstream = true;
}

/** Adds the property that was read last. */
function addField(connection: Connection, tag: u32, limit: u32): void {
  const field = connection.fields + connection.size;
  const size = min(propertySize, limit);
  store<u8>(field, <u8>tag);
  store<u32>(field, size, 1);
  copy(field + FIELD_HEAD, propertyData, size);
  connection.size += FIELD_HEAD + size;
}

function httpProtocol(): u32 {
  if (!readProperty(REQUEST_PROTOCOL)) return PROTOCOL_HTTP_1_1;
  if (HTTP_1_1.is(propertyData, propertySize)) return PROTOCOL_HTTP_1_1;
  if (HTTP_2.is(propertyData, propertySize)) return PROTOCOL_HTTP_2;
  return HTTP_1_0.is(propertyData, propertySize) ? PROTOCOL_HTTP_1_0 : PROTOCOL_HTTP_3;
}

/** Longest address that is kept: an IPv6 address with its port has 47 bytes, a pipe a path of 108. */
const ADDRESS_LIMIT: u32 = 112;
/** Longest name of a cluster that is kept. */
const NAME_LIMIT: u32 = 255;
/** Room for the source and destination, the upstream and its cluster. */
const CAPACITY: u32 = FIELD_HEAD * 3 + CONNECTION_HEAD + ADDRESS_LIMIT * 3 + NAME_LIMIT;

function readConnection(id: u64, protocol: u32): Connection {
  const made = changetype<Connection>(allocate(offsetof<Connection>() + CAPACITY));
  made.id = id;
  made.references = 1;
  const value = made.fields + FIELD_HEAD;
  const direction: u64 = LISTENER_DIRECTION.read() ? propertyNumber() : 0;
  made.isInbound = direction == INBOUND;
  made.hasUpstream = false;
  store<u8>(value, direction == OUTBOUND ? ROLE_CONSUMER : ROLE_PRODUCER);
  store<u8>(value, <u8>protocol, 1);
  store<u64>(value, id, 2);
  const source = value + CONNECTION_HEAD;
  const sourceSize = readProperty(SOURCE_ADDRESS) ? writeAddress(source) : 0;
  store<u16>(value, <u16>sourceSize, 10);
  const destinationSize = readProperty(DESTINATION_ADDRESS) ? writeAddress(source + sourceSize) : 0;
  const size = CONNECTION_HEAD + sourceSize + destinationSize;
  store<u8>(made.fields, RECORD_CONNECTION);
  store<u32>(made.fields, size, 1);
  made.size = FIELD_HEAD + size;
  return made;
}

function writeAddress(to: usize): u32 {
  const size = min(propertySize, ADDRESS_LIMIT);
  copy(to, propertyData, size);
  return size;
}
