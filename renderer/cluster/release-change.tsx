/** What switching off does to a helm release, and what uninstalling does beyond it. */
export function ReleaseChange({
  values,
  uninstall,
}: {
  readonly values: readonly string[];
  readonly uninstall: readonly string[];
}) {
  return (
    <>
      <p>The release is upgraded to its own version with these values, and all its others as they are:</p>
      <ul className="item-list data">
        {values.length === 0 ? <li>none: Packet Inspector is disabled already</li> : null}
        {values.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p className="muted">
        Uninstalling does more, as the documentation has it before an upgrade to a later version, and proves each step:
      </p>
      <ol className="item-list data">
        {uninstall.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </>
  );
}
