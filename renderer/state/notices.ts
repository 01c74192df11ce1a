import { createStore, type StoreApi } from 'zustand/vanilla';

export interface NoticeAction {
  readonly label: string;
  run(): void;
}

/** Something that happened and that the user may want to act on. */
export interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'error' | 'question';
  readonly text: string;
  readonly action: NoticeAction | null;
}

const shown = 8_000;

/** Short messages at the lower edge. Errors stay until they are closed. */
export class Notices {
  readonly store: StoreApi<readonly Notice[]> = createStore<readonly Notice[]>(() => []);
  #nextId = 1;

  done(text: string, action: NoticeAction | null = null): void {
    const id = this.#add('done', text, action);
    setTimeout(() => this.close(id), shown);
  }

  error(text: string, action: NoticeAction | null = null): void {
    this.#add('error', text, action);
  }

  /** Asks before something that cannot be undone; stays until it is answered or closed. */
  ask(text: string, action: NoticeAction): void {
    const run = () => {
      this.close(id);
      action.run();
    };
    const id = this.#add('question', text, { ...action, run });
  }

  close(id: number): void {
    this.store.setState(
      this.store.getState().filter((notice) => notice.id !== id),
      true,
    );
  }

  #add(kind: Notice['kind'], text: string, action: NoticeAction | null): number {
    const id = this.#nextId++;
    this.store.setState([...this.store.getState().slice(-2), { id, kind, text, action }], true);
    return id;
  }
}
