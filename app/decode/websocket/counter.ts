import type { BodyWatcher } from '../http/body-watcher.ts';
import { WebSocketFrameReader } from './frame-reader.ts';

/** Counts WebSocket messages, control frames among them, over any split of the bytes. */
export class WebSocketCounter implements BodyWatcher {
  count = 0;
  private readonly frames = new WebSocketFrameReader({
    frame: (header) => {
      if (header.opcode !== 0) this.count++;
    },
    payload: () => {},
    end: () => {},
  });

  push(bytes: Uint8Array): void {
    this.frames.push(bytes);
  }

  skip(length: number): void {
    this.frames.skip(length);
  }
}
