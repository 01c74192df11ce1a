/** Keys that are pressed together. */
export function Key({ keys }: { readonly keys: readonly string[] }) {
  return <kbd className="key">{keys.join(' ')}</kbd>;
}
