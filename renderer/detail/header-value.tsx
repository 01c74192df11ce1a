import type { FlowDetail } from '../../app/api/types.ts';
import { plainLine } from '../../app/flows/plain-text.ts';
import type { Header } from '../../app/model/exchange.ts';

/** What stands in the place of a value that was replaced. */
const redactedValue = '[redacted]';

/** Names whose values were replaced at the source, in lower case. */
export function redactedNames(detail: FlowDetail): ReadonlySet<string> {
  return new Set(detail.observations.flatMap((observation) => observation.redacted.map((name) => name.toLowerCase())));
}

/** A header's value, or why it is not there. */
export function HeaderValue({ header, redacted }: { readonly header: Header; readonly redacted: ReadonlySet<string> }) {
  if (header.unknown) return <span className="instead-of-value">unknown: compressed before the capture began</span>;
  // Of an address only a part may have been: the rest is shown.
  if (header.value === redactedValue && redacted.has(header.name.toLowerCase()))
    return <span className="instead-of-value">redacted at source</span>;
  if (header.name === 'grpc-status' && header.value !== '0')
    return <span className="is-error">{plainLine(header.value)}</span>;
  return plainLine(header.value);
}
