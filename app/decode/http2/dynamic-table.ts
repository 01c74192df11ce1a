import type { Header } from '../../model/exchange.ts';

/** Octets that an entry costs beside its name and value. RFC 7541 section 4.1. */
const ENTRY_OVERHEAD = 32;
/** Default of SETTINGS_HEADER_TABLE_SIZE. RFC 9113 section 6.5.2. */
const DEFAULT_SIZE = 4096;
/** What is kept of a table whose size was agreed before the capture. Browsers use 64 KiB; a larger one only costs unknown headers. */
const RETAINED_WITH_HOLE = 65_536;

/**
 * The dynamic table of one direction (RFC 7541 section 2.3.2). When the capture misses what was inserted before, the table has
 * a hole behind the entries that it knows: new entries are in front, so their indexes are right all the same.
 */
export class DynamicTable {
  /** Oldest first. The entries before `first` are evicted. */
  private entries: Header[] = [];
  private sizes: number[] = [];
  private first = 0;
  private size = 0;
  private limit = DEFAULT_SIZE;
  /** Entries older than the known ones may exist. */
  hasHole: boolean;

  constructor(hasHole: boolean) {
    this.hasHole = hasHole;
  }

  /** The entry at `index`, 0 for the newest; undefined when it is not there. */
  at(index: number): Header | undefined {
    const position = this.entries.length - 1 - index;
    return position < this.first ? undefined : this.entries[position];
  }

  /** `octets`: length of name and value as they were before decoding to text. */
  insert(header: Header, octets: number): void {
    const size = octets + ENTRY_OVERHEAD;
    this.evict((this.hasHole ? Math.max(this.limit, RETAINED_WITH_HOLE) : this.limit) - size);
    if (size > this.limit && !this.hasHole) return;
    this.entries.push(header);
    this.sizes.push(size);
    this.size += size;
  }

  /** Dynamic table size update, RFC 7541 section 6.3. When it drops known entries, it drops all older ones too. */
  resize(limit: number): void {
    this.limit = limit;
    if (this.size >= limit) this.hasHole = false;
    this.evict(limit);
  }

  /** Insertions may have been missed: which index the entries have now is not known. */
  damage(): void {
    this.entries = [];
    this.sizes = [];
    this.first = 0;
    this.size = 0;
    this.hasHole = true;
  }

  private evict(limit: number): void {
    while (this.size > limit && this.first < this.entries.length) {
      this.size -= this.sizes[this.first]!;
      this.first++;
    }
    if (this.first > 64 && this.first * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.first);
      this.sizes = this.sizes.slice(this.first);
      this.first = 0;
    }
  }
}
