import { Copy } from 'lucide-react';
import type { FlowDetail, HttpDetail } from '../../app/api/types.ts';
import { quote } from '../../app/filter/print.ts';
import { plainLine } from '../../app/flows/plain-text.ts';
import type { Header } from '../../app/model/exchange.ts';
import { termText } from '../filter/combine.ts';
import { useInspector } from '../state/inspector.ts';
import { Fields } from './fields.tsx';
import { HeaderValue, redactedNames } from './header-value.tsx';
import { ValueActions } from './value-actions.tsx';

/** All header fields of both sides in the order of the wire, trailers and interim answers too. */
export function HeadersTab({ detail }: { readonly detail: FlowDetail }) {
  const redacted = redactedNames(detail);
  const { request, answer } = detail;
  return (
    <div className="two-columns">
      <section className="message-side">
        {request?.kind === 'http' ? (
          <Head title="Request" side="request" message={request} redacted={redacted} />
        ) : (
          <p className="muted">The request was not seen.</p>
        )}
      </section>
      <section className="message-side">
        {detail.informational.map((message) => (
          <Head key={message.startTime} title="Interim answer" side="answer" message={message} redacted={redacted} />
        ))}
        {answer?.kind === 'http' ? (
          <Head title="Answer" side="answer" message={answer} redacted={redacted} />
        ) : (
          <p className="muted">There is no answer.</p>
        )}
      </section>
    </div>
  );
}

interface HeadProps {
  readonly title: string;
  readonly side: 'request' | 'answer';
  readonly message: HttpDetail;
  readonly redacted: ReadonlySet<string>;
}

function Head({ title, side, message, redacted }: HeadProps) {
  const { commands } = useInspector();
  const text = [
    message.startLine,
    ...[...message.headers, ...message.trailers].map(({ name, value }) => `${name}: ${value}`),
  ].join('\n');
  return (
    <>
      <h3>
        {title}{' '}
        <button
          type="button"
          className="icon-button"
          aria-label={`Copy ${title.toLowerCase()} headers`}
          title="Copy"
          onClick={() => commands.copy(text, 'Headers')}
        >
          <Copy size={12} />
        </button>
      </h3>
      <p className="start-line data">{plainLine(message.startLine)}</p>
      <Fields entries={entriesOf(message.headers, side, redacted)} />
      {message.trailers.length > 0 ? (
        <>
          <h3 className="second">Trailers</h3>
          <Fields entries={entriesOf(message.trailers, side, redacted)} />
        </>
      ) : null}
    </>
  );
}

function entriesOf(headers: readonly Header[], side: 'request' | 'answer', redacted: ReadonlySet<string>) {
  return headers.map((header) => {
    const isKnown = !header.unknown && !redacted.has(header.name.toLowerCase());
    return {
      name: header.name,
      value: <HeaderValue header={header} redacted={redacted} />,
      actions: isKnown ? (
        <ValueActions name={header.name} value={header.value} term={headerTerm(header, side)} />
      ) : undefined,
    };
  });
}

/** Pseudo-header fields of HTTP/2 are not among those that the filter language knows by their name. */
function headerTerm({ name, value }: Header, side: 'request' | 'answer'): string | null {
  if (name.startsWith(':')) return null;
  return termText({ field: `http.${side === 'request' ? 'request' : 'response'}.header[${quote(name)}]`, value });
}
