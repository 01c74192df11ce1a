import { createStore, type StoreApi } from 'zustand/vanilla';

export type DialogName = 'settings' | 'keys' | 'palette' | 'values';

/** The dialog that is open, one at a time. */
export class Dialogs {
  readonly store: StoreApi<{ readonly open: DialogName | null }> = createStore(() => ({
    open: null as DialogName | null,
  }));

  show(open: DialogName): void {
    this.store.setState({ open });
  }

  close(): void {
    this.store.setState({ open: null });
  }
}
