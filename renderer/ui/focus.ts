/** Moves the keyboard to a part of the window. */

export function focusFilter(): void {
  document.getElementById('filter-box')?.dispatchEvent(new CustomEvent('focus-editor'));
}

export function focusList(): void {
  document.getElementById('flow-list')?.focus();
}

export function focusDetail(): void {
  document.querySelector<HTMLElement>('#flow-detail [role="tab"][aria-selected="true"]')?.focus();
}

/** Where a text can be searched; false where none is shown. */
export function focusFind(): boolean {
  const input = document.querySelector('.find-bar input');
  input?.dispatchEvent(new CustomEvent('focus-find'));
  return input !== null;
}
