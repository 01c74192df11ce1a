/** Addresses remembered, and names of each: pods come and go, and their addresses are used again. */
const maximumAddresses = 100_000;
const maximumNames = 16;

interface Name {
  readonly since: number;
  readonly name: string;
}

/** Which names the addresses of a cluster have, and had. Times are milliseconds since the epoch, by the cluster's clock. */
export class NameHistory {
  /** Earliest name first; the address that was heard of last is last. */
  readonly #names = new Map<string, Name[]>();

  /** The address has had this name since then. Of one that is told again, the earliest time holds. */
  learn(address: string, name: string, since: number): void {
    const names = this.#names.get(address) ?? [];
    this.#names.delete(address);
    this.#names.set(address, names);
    if (names.some((known) => known.name === name && known.since <= since)) return;
    const others = names.filter((known) => known.name !== name || known.since < since);
    const position = others.findLastIndex((known) => known.since <= since) + 1;
    names.splice(0, names.length, ...others.toSpliced(position, 0, { since, name }).slice(-maximumNames));
    if (this.#names.size > maximumAddresses) this.#forgetOldest();
  }

  /** The name that the address had then; '' when none is known. Nobody has a name before its time. */
  nameAt(address: string, time: number): string {
    return this.#names.get(address)?.findLast(({ since }) => since <= time)?.name ?? '';
  }

  #forgetOldest(): void {
    for (const address of this.#names.keys()) {
      this.#names.delete(address);
      return;
    }
  }
}
