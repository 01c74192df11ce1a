import { useSyncExternalStore } from 'react';

const page = document.documentElement;

/** The theme that the page has, chosen by the user or followed from the system: what is drawn with its colours is drawn anew. */
export function useShownTheme(): string {
  return useSyncExternalStore(subscribe, () => page.dataset.theme ?? '');
}

function subscribe(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(page, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
