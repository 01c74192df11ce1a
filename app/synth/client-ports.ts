/** The ephemeral range of Linux. */
const FIRST_PORT = 32_768;
const LAST_PORT = 65_535;
/**
 * Ports of that range that Wireshark takes for EtherCAT, PCP, pmproxy, EtherNet/IP, CBSP, AMS and IRC, whatever the other end's port is
 * (`tshark -G decodes`).
 */
const OF_OTHER_PROTOCOLS: ReadonlySet<number> = new Set([34_980, 44_321, 44_322, 44_818, 48_049, 48_898, 57_000]);
const PORTS_OF_ROLE = (LAST_PORT + 1 - FIRST_PORT) / 2;
/** Pairs of addresses remembered; beyond, the pair unused for longest is forgotten, whose numbers then begin anew. */
const MAXIMUM_PAIRS = 20_000;
/** Servers' ports remembered that lie in the range of the clients'. */
const MAXIMUM_SERVER_PORTS = 1000;

interface Pair {
  next: number;
  readonly inUse: Set<number>;
}

/**
 * Gives each exchange a client port of its own, so that it is a conversation of its own between its addresses. Numbers
 * run through and begin again; one that an open exchange holds is passed over. The two roles get even and odd numbers,
 * because the sidecars of both ends may see one call between the same addresses, and both are put in one session.
 *
 * A port that some server listens on is no client's: who is told that HTTP/2 is spoken on that port means the server, and between
 * two ends of one address it would be a conversation with itself.
 */
export class ClientPorts {
  private readonly pairs = new Map<string, Pair>();
  private readonly serverPorts = new Set<number>();

  take(pair: string, serverPort: number, role: 'consumer' | 'producer'): number {
    if (serverPort >= FIRST_PORT && this.serverPorts.size < MAXIMUM_SERVER_PORTS) this.serverPorts.add(serverPort);
    const known = this.pairs.get(pair);
    const entry = known ?? { next: FIRST_PORT + (role === 'producer' ? 1 : 0), inUse: new Set<number>() };
    if (known) this.pairs.delete(pair);
    this.pairs.set(pair, entry);
    if (!known && this.pairs.size > MAXIMUM_PAIRS) this.forgetOldest();
    let port = entry.next;
    // With so many open exchanges between two addresses that no number is free one is used twice.
    if (entry.inUse.size < PORTS_OF_ROLE - this.serverPorts.size - OF_OTHER_PROTOCOLS.size) {
      while (entry.inUse.has(port) || this.serverPorts.has(port) || OF_OTHER_PROTOCOLS.has(port))
        port = following(port);
    }
    entry.inUse.add(port);
    entry.next = following(port);
    return port;
  }

  release(pair: string, port: number): void {
    this.pairs.get(pair)?.inUse.delete(port);
  }

  private forgetOldest(): void {
    for (const pair of this.pairs.keys()) {
      this.pairs.delete(pair);
      return;
    }
  }
}

function following(port: number): number {
  return port + 2 > LAST_PORT ? FIRST_PORT + (port % 2) : port + 2;
}
