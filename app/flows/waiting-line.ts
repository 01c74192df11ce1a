import type { Member } from './flow-record.ts';

/** Observations with one join key. */
export interface WaitingGroup {
  readonly key: string;
  readonly group: readonly Member[];
}

/** Groups of observations by age, some of which may be gone already, and how many observations wait in those that are not. */
export class WaitingLine {
  /** Observations that wait; the owner puts them into groups and takes them out. */
  waiting = 0;
  readonly #maximum: number;
  #groups: WaitingGroup[] = [];
  /** Groups before this index were taken. */
  #oldest = 0;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  get isOverfull(): boolean {
    return this.waiting > this.#maximum;
  }

  enter(group: WaitingGroup): void {
    this.#groups.push(group);
  }

  /** To be called only while observations wait. */
  takeOldest(): WaitingGroup {
    const oldest = this.#groups[this.#oldest++]!;
    // Moving the rest to the front is paid by the groups that went before.
    if (this.#oldest > 1024 && this.#oldest * 2 > this.#groups.length) {
      this.#groups = this.#groups.slice(this.#oldest);
      this.#oldest = 0;
    }
    return oldest;
  }
}
