/** A text with what it was and, after undoing, what it became. */
export interface TextHistory {
  readonly text: string;
  /** Oldest first. */
  readonly past: readonly string[];
  /** What was undone last comes last. */
  readonly future: readonly string[];
  /** What wrote the text last, and when, in milliseconds: typing on is one step with what was typed before. '' joins with nothing. */
  readonly by: string;
  readonly at: number;
}

/** How long after a change the next one of the same kind is a step of its own. Milliseconds. */
const pause = 1_000;
const mostSteps = 100;

export function beginHistory(text: string): TextHistory {
  return { text, past: [], future: [], by: '', at: 0 };
}

/** @param by what writes it: the editor, or a field of the form */
export function written(history: TextHistory, text: string, by: string, now: number): TextHistory {
  if (text === history.text) return history;
  const goesOn = by !== '' && by === history.by && now - history.at < pause && history.past.length > 0;
  const past = goesOn ? history.past : [...history.past, history.text].slice(-mostSteps);
  return { text, past, future: [], by, at: now };
}

export function undone(history: TextHistory): TextHistory {
  const { text, past, future } = history;
  const before = past.at(-1);
  if (before === undefined) return history;
  return { text: before, past: past.slice(0, -1), future: [...future, text], by: '', at: 0 };
}

export function redone(history: TextHistory): TextHistory {
  const { text, past, future } = history;
  const next = future.at(-1);
  if (next === undefined) return history;
  return { text: next, past: [...past, text], future: future.slice(0, -1), by: '', at: 0 };
}
