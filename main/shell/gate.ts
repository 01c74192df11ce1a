import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import { isOurPage } from './page-address.ts';

/**
 * The one way from the page into the shell: only our page's main frame is heard, and every argument passes `check`
 * before the handler sees it.
 */
export function handleFromPage<Argument, Answer>(
  channel: string,
  check: (argument: unknown) => Argument,
  handler: (argument: Argument, event: IpcMainInvokeEvent) => Answer | Promise<Answer>,
): void {
  ipcMain.handle(channel, (event, argument: unknown) => {
    if (!isOurPage(event)) throw new Error(`${channel}: refused, not from the application's page`);
    return handler(check(argument), event);
  });
}

/** For channels without an argument. */
export function nothing(argument: unknown): undefined {
  if (argument !== undefined) throw new TypeError('takes no argument');
  return undefined;
}

/** A non-empty text of at most 4,096 characters. */
export function shortText(argument: unknown): string {
  if (typeof argument !== 'string' || argument === '' || argument.length > 4_096)
    throw new TypeError('takes a short text');
  return argument;
}
