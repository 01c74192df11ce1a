/** The page's origin. A scheme of our own: no file:// privileges, no server. */
export const origin = 'app://packet-inspector';

/** Whether an address is one of the application's own page. */
export function isOurAddress(address: string): boolean {
  return address === origin || address.startsWith(`${origin}/`);
}

/** What Electron tells about the sender of a message. */
export interface Sender {
  /** Null when the frame has gone meanwhile; Electron before 12 knows no frames here. */
  readonly senderFrame?: { readonly url: string; readonly parent: unknown } | null;
  readonly sender: { getURL(): string };
}

/** Whether a message comes from our page itself: not from a frame in it, nor from one that has gone. */
export function isOurPage({ senderFrame, sender }: Sender): boolean {
  if (senderFrame === null) return false;
  // The window's own address is the next best where the frame is not told.
  if (senderFrame === undefined) return isOurAddress(sender.getURL());
  return senderFrame.parent === null && isOurAddress(senderFrame.url);
}

/** What Electron tells of a navigation: in the event itself, in older versions and for some events as the second argument. */
export interface Navigation {
  readonly url?: string;
  preventDefault(): void;
}

/** Stops a navigation to another page than ours, or to an address that is not told. */
export function stay(navigation: Navigation, address?: string): void {
  if (!isOurAddress(navigation.url ?? address ?? '')) navigation.preventDefault();
}

/** Addresses outside that the page may ask the browser to open: documentation, nothing else. */
const allowedOutside = ['https://www.wireshark.org/'];

export function mayOpenOutside(address: string): boolean {
  return allowedOutside.some((allowed) => address.startsWith(allowed));
}
