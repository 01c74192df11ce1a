import type { Problem } from '../model/problem.ts';
import type { DissectorStatistics } from './dissector.ts';

/** Code of the note on what a capture holds besides flows. */
export const leftOverCode = 'capture.left_over';

/** A note on what of a capture became no flow, and why; null when all of it did. */
export function leftOverOf(statistics: Readonly<DissectorStatistics>): Problem | null {
  const { tlsConversations, unknownConversations, otherPackets, unknownLinkPackets, malformedPackets } = statistics;
  const parts = [
    counted(tlsConversations, 'conversation is encrypted by TLS', 'conversations are encrypted by TLS'),
    counted(unknownConversations - tlsConversations, 'conversation is', 'conversations are', 'of another protocol'),
    counted(otherPackets, 'packet is', 'packets are', 'neither TCP nor SCTP'),
    counted(unknownLinkPackets, 'packet is', 'packets are', 'of a link type that is not supported'),
    counted(malformedPackets, 'packet has', 'packets have', 'headers that are cut or contradict themselves'),
  ].filter((part) => part !== '');
  if (parts.length === 0) return null;
  return { severity: 'note', code: leftOverCode, text: `Not shown as flows: ${parts.join('; ')}.` };
}

function counted(count: number, one: string, many: string, what = ''): string {
  return count === 0 ? '' : `${count} ${count === 1 ? one : many}${what === '' ? '' : ` ${what}`}`;
}
