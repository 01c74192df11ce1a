import type { SctpHeader } from '../../packet/sctp/chunks.ts';
import type { Side } from '../transport.ts';
import type { SctpAssociation } from './association.ts';

/** Where a packet belongs. */
export interface Place {
  readonly association: SctpAssociation;
  /** Who sent the packet. */
  readonly side: Side;
}

/**
 * Finds the association of each packet. Verification tags know it even when an end uses several addresses (multi-homing):
 * a tag is 32 random bits that one end chose for the other to send. Addresses and ports know it until the tags were seen.
 */
export class AssociationTable {
  readonly #byTag = new Map<string, Place>();
  readonly #byAddress = new Map<string, Place>();
  readonly #all = new Set<SctpAssociation>();
  readonly #keys = new Map<SctpAssociation, { readonly tags: string[]; readonly addresses: readonly string[] }>();

  find(header: SctpHeader, address: string): Place | undefined {
    return this.#byTag.get(tagKey(header, header.verificationTag)) ?? this.#byAddress.get(address);
  }

  add(association: SctpAssociation, address: string, opposite: string): Place {
    const place: Place = { association, side: 0 };
    this.#byAddress.set(address, place);
    this.#byAddress.set(opposite, { association, side: 1 });
    this.#keys.set(association, { tags: [], addresses: [address, opposite] });
    this.#all.add(association);
    return place;
  }

  /** Remembers that packets of these ports with this tag come from the place's side. */
  learn(place: Place, key: string): void {
    if (this.#byTag.has(key)) return;
    this.#byTag.set(key, place);
    this.#keys.get(place.association)?.tags.push(key);
  }

  remove(association: SctpAssociation): void {
    const keys = this.#keys.get(association);
    for (const key of keys?.tags ?? []) this.#byTag.delete(key);
    for (const key of keys?.addresses ?? []) {
      if (this.#byAddress.get(key)?.association === association) this.#byAddress.delete(key);
    }
    this.#keys.delete(association);
    this.#all.delete(association);
  }

  get all(): ReadonlySet<SctpAssociation> {
    return this.#all;
  }
}

/** Ports and verification tag of a packet. */
export function tagKey({ sourcePort, destinationPort }: SctpHeader, tag: number): string {
  return `${sourcePort} ${destinationPort} ${tag}`;
}
