import { podHostName, serviceHostName } from '../../flows/address-book.ts';
import type { PodIdentity } from '../../model/endpoint.ts';
import { createPacketBuffers, ExchangePackets } from '../../synth/exchange-packets.ts';
import type { CaptureFileEvents, CaptureReader } from '../capture-events.ts';
import { LINKTYPE_RAW } from '../pcap/pcap-format.ts';
import { createPcapReader } from '../pcap/pcap-reader.ts';
import { type EntryExchange, readEntry } from './har-entry.ts';
import { JsonElements } from './json-elements.ts';

/** The longest entry that is read, in bytes: a body of about 48 MiB in base64. */
const MAX_ENTRY = 64 << 20;
/** HAR does not say who asked (RFC 5737: an address for documentation). */
const CLIENT = '192.0.2.1';
/** Hosts without an address get one out of 198.18.0.0/15, which is never on the Internet. RFC 2544 appendix C.2.2. */
const HOST_ADDRESSES = 1 << 17;
/** Client ports: each entry is a conversation of its own. */
const FIRST_PORT = 1024;
const PORTS = 65_536 - FIRST_PORT;

/** A JSON object begins here, with or without byte order mark and white space. */
export function isHarStart(head: Uint8Array): boolean {
  let at = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  while (at < head.length && (head[at] === 0x20 || (head[at]! >= 0x09 && head[at]! <= 0x0d))) at++;
  return head[at] === 0x7b;
}

/**
 * Reads HAR 1.2: each entry becomes the packets of a conversation, which go the way of all packets. One entry is held at a
 * time. An entry that is broken or too long costs itself only.
 */
export function createHarReader(events: CaptureFileEvents): CaptureReader {
  const decoder = new TextDecoder();
  const buffers = createPacketBuffers();
  const addresses = new Map<string, string>();
  const named = new Set<string>();
  const identities = new Map<string, string>();
  let entries = 0;
  let length = 0;

  function addressOf({ address, host }: EntryExchange): string {
    const known = address !== '' ? address : addresses.get(host);
    const chosen = known ?? unusedAddress(addresses.size);
    if (known === undefined) addresses.set(host, chosen);
    const name = `${chosen} ${host}`;
    if (!named.has(name) && host !== chosen) events.names?.(chosen, [host]);
    named.add(name);
    return chosen;
  }

  /** Tells what our own HAR files say beyond host names. */
  function identify(address: string, identity: PodIdentity | null): void {
    if (identity === null) return;
    const stated = JSON.stringify(identity);
    if (identities.get(address) === stated) return;
    identities.set(address, stated);
    const { namespace, pod, service } = identity;
    // By name too: a copy as pcapng keeps names.
    events.names?.(address, [pod === '' ? serviceHostName({ namespace, service }) : podHostName(identity)]);
    events.identity?.(address, identity);
  }

  function entry(exchange: EntryExchange, offset: number): void {
    const client = exchange.clientAddress || CLIENT;
    const server = addressOf(exchange);
    identify(client, exchange.source);
    identify(server, exchange.destination);
    const packets = new ExchangePackets({
      protocol: exchange.protocol,
      client: { address: client, port: FIRST_PORT + (entries % PORTS) },
      server: { address: server, port: exchange.port },
      initialSequence: Math.imul(entries, 0x9e3779b1) >>> 0,
      buffers,
    });
    entries++;
    const reader = createPcapReader({
      packet: (packet) => events.packet({ ...packet, interfaceId: 0, interfaceName: '' }, offset),
      problem: (problem) => events.problem(problem),
    });
    reader.push(packets.add(exchange.events, true, exchange.start));
    reader.end();
  }

  function parse(bytes: Uint8Array, offset: number): EntryExchange | null {
    try {
      return readEntry(JSON.parse(decoder.decode(bytes)));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const text = `An entry was skipped: ${why}.`;
      events.problem({ severity: 'warning', code: 'har.entry', text, range: [offset, bytes.length] });
      return null;
    }
  }

  const elements = new JsonElements(['log', 'entries'], MAX_ENTRY, {
    element(bytes, offset) {
      const exchange = parse(bytes, offset);
      if (exchange !== null) entry(exchange, offset);
    },
    tooLong(offset, size) {
      const text = `An entry of ${size} bytes was skipped: the limit is ${MAX_ENTRY}.`;
      events.problem({ severity: 'warning', code: 'har.entry', text, range: [offset, size] });
    },
  });
  events.interface?.({ id: 0, linkType: LINKTYPE_RAW, snapLength: 0, name: '', description: '' });

  return {
    push(chunk) {
      length += chunk.length;
      elements.push(chunk);
    },
    end() {
      const { found, complete } = elements.end();
      if (!found) {
        const text = 'This JSON file is not a HAR file: it has no log.entries.';
        events.problem({ severity: 'error', code: 'file.format', text, range: [0, length] });
      } else if (!complete) {
        const text = 'The file ends in the middle; the entries before that were read.';
        events.problem({ severity: 'warning', code: 'har.truncated', text, range: [length, 0] });
      }
    },
  };
}

function unusedAddress(number: number): string {
  const at = (number + 1) % HOST_ADDRESSES;
  return `198.${18 + (at >>> 16)}.${(at >>> 8) & 255}.${at & 255}`;
}
