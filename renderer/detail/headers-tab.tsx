import { Copy } from 'lucide-react';
import type { FlowDetail, HttpDetail } from '../../app/api/types.ts';
import type { Header } from '../../app/model/exchange.ts';
import { useInspector } from '../state/inspector.ts';
import { Fields } from './fields.tsx';
import { HeaderValue, redactedNames } from './header-value.tsx';

/** All header fields of both sides in the order of the wire, trailers and interim answers too. */
export function HeadersTab({ detail }: { readonly detail: FlowDetail }) {
  const redacted = redactedNames(detail);
  const { request, answer } = detail;
  return (
    <div className="two-columns">
      <section className="message-side">
        {request?.kind === 'http' ? (
          <Head title="Request" message={request} redacted={redacted} />
        ) : (
          <p className="muted">The request was not seen.</p>
        )}
      </section>
      <section className="message-side">
        {detail.informational.map((message) => (
          <Head key={message.startTime} title="Interim answer" message={message} redacted={redacted} />
        ))}
        {answer?.kind === 'http' ? (
          <Head title="Answer" message={answer} redacted={redacted} />
        ) : (
          <p className="muted">There is no answer.</p>
        )}
      </section>
    </div>
  );
}

interface HeadProps {
  readonly title: string;
  readonly message: HttpDetail;
  readonly redacted: ReadonlySet<string>;
}

function Head({ title, message, redacted }: HeadProps) {
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
      <p className="start-line data">{message.startLine}</p>
      <Fields entries={entriesOf(message.headers, redacted)} />
      {message.trailers.length > 0 ? (
        <>
          <h3 className="second">Trailers</h3>
          <Fields entries={entriesOf(message.trailers, redacted)} />
        </>
      ) : null}
    </>
  );
}

function entriesOf(headers: readonly Header[], redacted: ReadonlySet<string>) {
  return headers.map((header) => ({ name: header.name, value: <HeaderValue header={header} redacted={redacted} /> }));
}
