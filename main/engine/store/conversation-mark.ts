import type { Exchange } from '../../../app/model/exchange.ts';

export const spokenKinds = ['other', 'http2', 'diameter'] as const;

/** What is known of an exchange's conversation without reading the exchange. */
export interface ConversationMark {
  readonly stream: number;
  /** The server's port. */
  readonly port: number;
  readonly speaks: (typeof spokenKinds)[number];
}

export function conversationMarkOf({ conversation, protocol, streamId }: Exchange): ConversationMark {
  const { stream, server } = conversation;
  return { stream, port: server.port, speaks: protocol === 'Diameter' ? 'diameter' : streamId > 0 ? 'http2' : 'other' };
}
