import type { CaptureOptions } from '../../../../app/mesh/capture-options.ts';

/** What putting the slot in (and taking it out) does to connections that are open, as measured with Envoy's drain of 45 s. */
export function connectionSentences({ http, diameterPort }: CaptureOptions): readonly string[] {
  const sentences: string[] = [];
  if (http) {
    sentences.push(
      'HTTP connections are asked to close after their current request (Connection: close, GOAWAY) within seconds; no request fails.',
      'HTTP/2 and gRPC streams that stay open are not seen, and are closed when the drain ends, after 45 seconds by default.',
    );
  }
  if (diameterPort !== null) {
    sentences.push(
      `Diameter connections on port ${diameterPort} that are open are closed once, when the drain ends, after 45 seconds by default; their peers reconnect.`,
    );
  }
  sentences.push('The same happens once more when capture is switched off.');
  return sentences;
}
