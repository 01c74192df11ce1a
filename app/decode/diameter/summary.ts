import { u24be, u32be } from '../../bytes/integers.ts';
import { AVP_FLAG_VENDOR, HEADER_LENGTH } from './header.ts';

/** What lists, joins and filters need of a message without the tree of its AVPs. Names as in `DiameterMessage`. */
export interface MessageSummary {
  sessionId: string;
  resultCode: number;
  experimentalVendorId: number;
  originHost: string;
  originRealm: string;
  destinationHost: string;
  destinationRealm: string;
  ccRequestType: number;
  /** AVPs end in the middle or have an impossible length. */
  broken: boolean;
}

const CODE_VENDOR_ID = 266;
const CODE_EXPERIMENTAL_RESULT_CODE = 298;
/** Longer identities and session ids are cut in the summary; the tree has them whole. */
const MAX_TEXT = 1024;

const utf8 = new TextDecoder();

/** Remembers the last text read for one AVP: peers repeat their names in every message. */
class TextMemory {
  #bytes = new Uint8Array(0);
  #text = '';

  read(bytes: Uint8Array, from: number, to: number): string {
    const length = to - from;
    const known = this.#bytes;
    if (length === known.length) {
      let at = 0;
      while (at < length && known[at] === bytes[from + at]) at++;
      if (at === length) return this.#text;
    }
    this.#bytes = bytes.slice(from, to);
    this.#text = readText(bytes, from, to);
    return this.#text;
  }
}

/** Reads UTF-8, cut at `MAX_TEXT` bytes. */
function readText(bytes: Uint8Array, from: number, to: number): string {
  return utf8.decode(bytes.subarray(from, Math.min(to, from + MAX_TEXT)));
}

/** Reads the summary of messages in one pass over their outer AVPs. RFC 6733 section 4.1. */
export class SummaryReader {
  readonly #sessionId = new TextMemory();
  readonly #originHost = new TextMemory();
  readonly #originRealm = new TextMemory();
  readonly #destinationHost = new TextMemory();
  readonly #destinationRealm = new TextMemory();

  /** `start` is where the header begins, `end` where the bytes at hand end. */
  read(bytes: Uint8Array, start: number, end: number): Readonly<MessageSummary> {
    const summary: MessageSummary = {
      sessionId: '',
      resultCode: 0,
      experimentalVendorId: 0,
      originHost: '',
      originRealm: '',
      destinationHost: '',
      destinationRealm: '',
      ccRequestType: 0,
      broken: false,
    };
    let at = start + HEADER_LENGTH;
    while (at + 8 <= end) {
      const length = u24be(bytes, at + 5);
      const next = at + length;
      const vendorSpecific = (bytes[at + 4]! & AVP_FLAG_VENDOR) !== 0;
      if (length < (vendorSpecific ? 12 : 8) || next > end) break;
      if (!vendorSpecific) this.#take(summary, u32be(bytes, at), bytes, at + 8, next);
      at += (length + 3) & ~3;
    }
    summary.broken = at < end;
    return summary;
  }

  #take(summary: MessageSummary, code: number, bytes: Uint8Array, from: number, to: number): void {
    switch (code) {
      case 263:
        summary.sessionId = this.#sessionId.read(bytes, from, to);
        break;
      case 264:
        summary.originHost = this.#originHost.read(bytes, from, to);
        break;
      case 268:
        if (to - from === 4) summary.resultCode = u32be(bytes, from);
        break;
      case 283:
        summary.destinationRealm = this.#destinationRealm.read(bytes, from, to);
        break;
      case 293:
        summary.destinationHost = this.#destinationHost.read(bytes, from, to);
        break;
      case 296:
        summary.originRealm = this.#originRealm.read(bytes, from, to);
        break;
      case 297:
        readExperimentalResult(summary, bytes, from, to);
        break;
      case 416:
        if (to - from === 4) summary.ccRequestType = u32be(bytes, from);
        break;
    }
  }
}

/** RFC 6733 section 7.6: Vendor-Id and Experimental-Result-Code. */
function readExperimentalResult(summary: MessageSummary, bytes: Uint8Array, from: number, end: number): void {
  let at = from;
  while (at + 12 <= end) {
    const code = u32be(bytes, at);
    const length = u24be(bytes, at + 5);
    if (length < 8 || at + length > end) return;
    if (length === 12 && (bytes[at + 4]! & AVP_FLAG_VENDOR) === 0) {
      const value = u32be(bytes, at + 8);
      if (code === CODE_VENDOR_ID) summary.experimentalVendorId = value;
      else if (code === CODE_EXPERIMENTAL_RESULT_CODE) summary.resultCode = value;
    }
    at += (length + 3) & ~3;
  }
}
