import type { ClientFrame, ServerFrame } from '../../app/api/contract.ts';

/** A way to the engine that carries whole frames. It is used once: after `closed` a new one is opened. */
export interface FrameChannel {
  send(frame: ClientFrame): void;
  close(): void;
}

/** What a channel tells. `closed` is called once, whoever closed it; `reason` is a sentence for a person. */
export interface ChannelListener {
  frame(frame: ServerFrame): void;
  closed(reason: string): void;
}

/** Opens a channel; rejects with an Error whose message is for a person. */
export type OpenChannel = (listener: ChannelListener) => Promise<FrameChannel>;
