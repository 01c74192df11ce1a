import type { Endpoint, PodIdentity } from '../model/endpoint.ts';
import type { CaptureMetadata } from './metadata.ts';

/** A power of two. */
const SLOTS = 1024;

/**
 * What was made of metadata, for when it comes again: the captures of one connection mostly say the same but for their ids,
 * thousands of times a second. What comes in between with the same slot takes its place.
 */
export class RecentMetadata<T> {
  private readonly slots: ({ readonly metadata: CaptureMetadata; readonly made: T } | undefined)[] = new Array(
    SLOTS,
  ).fill(undefined);

  /** What was made of metadata that differs from this one in nothing but the id. */
  find(metadata: CaptureMetadata): T | undefined {
    const known = this.slots[slotOf(metadata)];
    return known !== undefined && differOnlyInId(known.metadata, metadata) ? known.made : undefined;
  }

  remember(metadata: CaptureMetadata, made: T): void {
    this.slots[slotOf(metadata)] = { metadata, made };
  }

  clear(): void {
    this.slots.fill(undefined);
  }
}

/** By the connection's own port, and by the side, since both sidecars of a call may see the same port. */
function slotOf({ source, role }: CaptureMetadata): number {
  return (source.port * 2 + (role === 'consumer' ? 0 : 1)) & (SLOTS - 1);
}

/** False for metadata of captures that were cut, reset or incomplete, or had something replaced, since these are seldom alike. */
function differOnlyInId(a: CaptureMetadata, b: CaptureMetadata): boolean {
  return (
    a.role === b.role &&
    a.connection === b.connection &&
    isSameEnd(a.source, b.source) &&
    isSameEnd(a.destination, b.destination) &&
    isSameUpstream(a.upstream, b.upstream) &&
    isSamePod(a.pod, b.pod) &&
    a.protocol === b.protocol &&
    a.upstreamCluster === b.upstreamCluster &&
    a.responseCodeDetails === b.responseCodeDetails &&
    a.responseFlags === b.responseFlags &&
    isPlain(a) &&
    isPlain(b)
  );
}

function isSameEnd(a: Endpoint, b: Endpoint): boolean {
  return a === b || (a.port === b.port && a.address === b.address);
}

function isSameUpstream(a: Endpoint | undefined, b: Endpoint | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && isSameEnd(a, b));
}

function isSamePod(a: PodIdentity, b: PodIdentity): boolean {
  return (
    a === b ||
    (a.pod === b.pod &&
      a.namespace === b.namespace &&
      a.service === b.service &&
      a.workload === b.workload &&
      a.node === b.node &&
      a.serviceAccount === b.serviceAccount)
  );
}

function isPlain({ redacted, cut, reset, lostParts }: CaptureMetadata): boolean {
  return redacted === undefined && cut === undefined && reset === undefined && lostParts === undefined;
}
