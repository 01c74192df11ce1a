import { focusList } from './focus.ts';

/** Where the keyboard was before dialogs came, of which one may follow upon another. */
export class FocusReturn {
  #origin: HTMLElement | null = null;

  /** A dialog is about to take the keyboard. */
  leave(): void {
    const focused = deepest(document);
    // One that came from another dialog goes back to where that one came from.
    if (focused?.closest('[role="dialog"]')) return;
    // Where it was drawn away under the keyboard, so does the one in its place.
    if (focused === document.body && this.#origin) return;
    const menu = focused?.closest('[role="menu"]');
    this.#origin = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : focused;
  }

  /** A dialog is closed. */
  comeBack(): void {
    if (document.querySelector('[role="dialog"]')) return;
    if (this.#origin?.isConnected && this.#origin !== document.body) this.#origin.focus();
    // What opened it may be gone by now.
    if (deepest(document) !== this.#origin || this.#origin === document.body) focusList();
    this.#origin = null;
  }
}

/** What has the keyboard, also within shadow trees. */
function deepest(root: DocumentOrShadowRoot): HTMLElement | null {
  const element = root.activeElement;
  const inner = element?.shadowRoot ? deepest(element.shadowRoot) : null;
  return inner ?? (element instanceof HTMLElement ? element : null);
}
