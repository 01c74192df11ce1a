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
