import type { ServerFrame } from '../../app/api/contract.ts';
import { type DesktopApi, enginePortMessage } from '../../app/api/desktop.ts';
import type { ChannelListener, FrameChannel, OpenChannel } from './channel.ts';

const longestWait = 15_000;

/** Opens channels over the ports that the desktop shell hands to the page. */
export function messagePortChannels(desktop: DesktopApi): OpenChannel {
  return async (listener) => {
    const port = await nextPort(desktop);
    return portChannel(port, desktop, listener);
  };
}

function nextPort(desktop: DesktopApi): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      window.removeEventListener('message', take);
      reject(new Error('The engine did not start within 15 seconds.'));
    }, longestWait);
    function take(event: MessageEvent): void {
      const port = event.ports[0];
      if (event.source !== window || event.data !== enginePortMessage || !port) return;
      clearTimeout(timer);
      window.removeEventListener('message', take);
      resolve(port);
    }
    window.addEventListener('message', take);
    desktop.connectEngine();
  });
}

/** A port tells nothing when its other end dies, so the shell tells that the engine's process ended. */
function portChannel(port: MessagePort, desktop: DesktopApi, listener: ChannelListener): FrameChannel {
  let open = true;
  function close(reason: string): void {
    if (!open) return;
    open = false;
    forget();
    port.close();
    listener.closed(reason);
  }
  const forget = desktop.onEngineLost(close);
  port.onmessage = (event: MessageEvent<ServerFrame>) => listener.frame(event.data);
  return { send: (frame) => port.postMessage(frame), close: () => close('The connection was closed.') };
}
