import { createStore, type StoreApi } from 'zustand/vanilla';

export interface NoticeAction {
  readonly label: string;
  run(): void;
}

/** Something that happened, or goes on, and that the user may want to act on. */
export interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'error' | 'question' | 'working';
  readonly text: string;
  readonly action: NoticeAction | null;
  /** How far work that goes on is, 0 to 1; null while that is not known, and for what is not work. */
  readonly progress: number | null;
}

/** Work that goes on, to be told how far it is and that it ended. */
export interface Working {
  progress(done: number, total: number): void;
  end(): void;
}

const shown = 8_000;
/** Work that is done sooner is not shown. */
const quick = 300;

/** Short messages at the lower edge. Errors stay until they are closed, work that goes on until its end. */
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

  /** @param cancel what the user can do about it */
  working(text: string, cancel: () => void): Working {
    let id: number | null = null;
    const timer = setTimeout(() => {
      id = this.#add('working', text, { label: 'Cancel', run: cancel });
    }, quick);
    return {
      progress: (done, total) => {
        const progress = total > 0 ? Math.min(1, done / total) : null;
        const notices = this.store.getState();
        this.store.setState(
          notices.map((notice) => (notice.id === id ? { ...notice, progress } : notice)),
          true,
        );
      },
      end: () => {
        clearTimeout(timer);
        if (id !== null) this.close(id);
      },
    };
  }

  close(id: number): void {
    this.store.setState(
      this.store.getState().filter((notice) => notice.id !== id),
      true,
    );
  }

  #add(kind: Notice['kind'], text: string, action: NoticeAction | null): number {
    const id = this.#nextId++;
    this.store.setState([...this.store.getState().slice(-2), { id, kind, text, action, progress: null }], true);
    return id;
  }
}
