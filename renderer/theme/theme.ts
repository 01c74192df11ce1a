import type { StoreApi } from 'zustand/vanilla';
import type { Preferences } from '../state/preferences.ts';

/** Keeps the page's theme as the user chose it, or as the system has it. */
export function followTheme(preferences: StoreApi<Preferences>): void {
  const system = window.matchMedia('(prefers-color-scheme: light)');
  function apply(): void {
    const { theme } = preferences.getState();
    const resolved = theme === 'system' ? (system.matches ? 'light' : 'dark') : theme;
    document.documentElement.dataset.theme = resolved;
  }
  apply();
  preferences.subscribe(apply);
  system.addEventListener('change', apply);
}
