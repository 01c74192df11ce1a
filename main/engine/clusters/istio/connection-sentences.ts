import type { CaptureOptions, SlotChoice } from '../../../../app/mesh/capture-options.ts';
import { type SlotKind, slotKinds } from '../../../../app/mesh/slot-places.ts';

function http(drainTime: number): readonly string[] {
  return [
    'HTTP connections are asked to close after their current request (Connection: close, GOAWAY) within seconds; no request fails.',
    `HTTP/2 and gRPC streams that stay open are not seen, and are closed when the drain ends, after ${drainTime} seconds.`,
  ];
}

function diameter(port: string, drainTime: number): string {
  return `Diameter connections${port} that are open are not seen, and are closed once, when the drain ends, after ${drainTime} seconds; their peers reconnect.`;
}

/**
 * What switching on does to connections that are open, as measured with Envoy's drain of 45 s.
 *
 * @param placed kinds of slots that are put in or moved; those of others stay where they are
 * @param drainTime of the mesh's proxies, in seconds
 */
export function connectionSentences(
  capture: CaptureOptions,
  placed: readonly SlotKind[],
  drainTime: number,
): readonly string[] {
  const sentences: string[] = [];
  if (placed.includes('http')) sentences.push(...http(drainTime));
  if (placed.includes('diameter')) sentences.push(diameter(` on port ${capture.diameterPort}`, drainTime));
  if (slotKinds(capture).some((kind) => !placed.includes(kind))) {
    const what = placed.length === 0 ? '' : `For ${placed.includes('http') ? 'Diameter' : 'HTTP'}, `;
    sentences.push(
      `${what}${what ? 'the' : 'The'} slot is already in place: no connection is closed, and those that are open are seen from their next request on.`,
    );
  }
  return sentences;
}

/** The same of switching off, by what becomes of the slot then. */
export function endSentence(slot: SlotChoice): string {
  return slot === 'keep'
    ? 'Switching off closes no connection: the slot stays in place, idle, until it is taken out.'
    : 'Switching off takes the slot out, which does the same once more, unless you leave it in place, idle.';
}

/** What taking slots out does to connections that are open. */
export function removalSentences(kinds: readonly SlotKind[], drainTime: number): readonly string[] {
  const sentences = [
    ...(kinds.includes('http') ? http(drainTime) : []),
    ...(kinds.includes('diameter') ? [diameter('', drainTime)] : []),
  ];
  return sentences.map((sentence) => sentence.replace('are not seen, and are closed', 'are closed'));
}
