import { flushSync } from 'react-dom';
import type { Inspector } from '../state/inspector.ts';
import { focusFind } from '../ui/focus.ts';

/** Lets the user look for something in the body that is shown, with what was looked for last. */
export function openFind({ detailChoice }: Inspector): void {
  // The field has to be there before it can be given the keyboard.
  flushSync(() => detailChoice.setState(({ find }) => ({ find: find ?? '' })));
  focusFind();
}
