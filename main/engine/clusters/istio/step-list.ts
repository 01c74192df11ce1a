import type { Step } from '../../../../app/api/cluster-types.ts';

/** The steps of switching on or off, as the panel shows them. */
export class StepList {
  readonly #onChange: () => void;
  #steps: Step[];

  constructor(names: readonly string[], onChange: () => void) {
    this.#steps = names.map((name) => ({ name, state: 'waiting', detail: '', milliseconds: 0 }));
    this.#onChange = onChange;
  }

  get steps(): readonly Step[] {
    return this.#steps;
  }

  /** Does a step. What it resolves with is its detail. What it throws becomes the detail of a failed step, and goes on. */
  async run(name: string, work: () => Promise<string>): Promise<void> {
    const began = performance.now();
    const took = () => Math.round(performance.now() - began);
    this.#set(name, { state: 'running' });
    try {
      const detail = await work();
      this.#set(name, { state: 'done', detail, milliseconds: took() });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.#set(name, { state: 'failed', detail, milliseconds: took() });
      throw error;
    }
  }

  /** Marks what was done as undone. */
  undo(): void {
    this.#steps = this.#steps.map((step) => (step.state === 'done' ? { ...step, state: 'undone' } : step));
    this.#onChange();
  }

  #set(name: string, change: Partial<Step>): void {
    this.#steps = this.#steps.map((step) => (step.name === name ? { ...step, ...change } : step));
    this.#onChange();
  }
}
