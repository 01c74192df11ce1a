import { useInspector } from '../state/inspector.ts';

/** Values to set in the release's overrides, to be copied. */
export function ValuesSnippet({ values }: { readonly values: string }) {
  const { commands } = useInspector();
  return (
    <div className="check-values">
      <pre className="data">{values}</pre>
      <button type="button" className="button" onClick={() => commands.copy(values, 'Values')}>
        Copy
      </button>
    </div>
  );
}
