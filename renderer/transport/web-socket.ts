import type { ServerFrame } from '../../app/api/contract.ts';
import type { OpenChannel } from './channel.ts';

/** Opens channels over a WebSocket at `url`; each frame is one text message of JSON. */
export function webSocketChannels(url: string): OpenChannel {
  return (listener) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      let opened = false;
      socket.onopen = () => {
        opened = true;
        resolve({ send: (frame) => socket.send(JSON.stringify(frame)), close: () => socket.close() });
      };
      socket.onmessage = (event: MessageEvent<string>) => listener.frame(JSON.parse(event.data) as ServerFrame);
      socket.onclose = (event) => {
        const reason = event.reason || 'The engine cannot be reached.';
        if (opened) listener.closed(reason);
        else reject(new Error(reason));
      };
    });
}
