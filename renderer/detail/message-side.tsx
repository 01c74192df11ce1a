import type { DiameterDetail, FlowDetail, HttpDetail, MessageDetail } from '../../app/api/types.ts';
import { plainLine } from '../../app/flows/plain-text.ts';
import type { Party } from '../../app/model/flow.ts';
import { partyText } from '../flows/columns.ts';
import { formatBytes, formatDuration, plural } from '../ui/format.ts';
import { BodyPreview } from './body-preview.tsx';
import { type FieldEntry, Fields } from './fields.tsx';
import { HeaderValue, redactedNames } from './header-value.tsx';
import { MessagePreview } from './message-preview.tsx';

interface Props {
  readonly detail: FlowDetail;
  readonly side: 'request' | 'answer';
}

const mostHeaders = 10;
/** What the start line says already. */
const inStartLine = new Set([':method', ':path', ':scheme', ':status']);

/** One side of the call in the overview: what matters of its head, and the beginning of its body. */
export function MessageSide({ detail, side }: Props) {
  const message = detail[side];
  return (
    <section className="message-side">
      <h3>
        {side === 'request' ? 'Request' : 'Answer'} <span className="muted">{subtitle(detail, side, message)}</span>
      </h3>
      {message === null ? (
        <p className="muted">{absence(detail, side)}</p>
      ) : message.kind === 'http' ? (
        <HttpHead detail={detail} message={message} />
      ) : (
        <DiameterHead message={message} />
      )}
      {message?.kind === 'http' && message.stored > 0 ? (
        <Preview detail={detail} side={side} stored={message.stored} />
      ) : null}
    </section>
  );
}

/** Of a stream its first message, of other bodies their beginning. */
function Preview({ detail: { row }, side, stored }: Props & { readonly stored: number }) {
  const messages = row.messageCount[side === 'request' ? 0 : 1];
  if (messages > 0) return <MessagePreview id={row.id} side={side} count={messages} />;
  return <BodyPreview id={row.id} side={side} length={stored} />;
}

function HttpHead({ detail, message }: { readonly detail: FlowDetail; readonly message: HttpDetail }) {
  const redacted = redactedNames(detail);
  const all = [...message.headers, ...message.trailers];
  const told = all.filter(({ name }) => !inStartLine.has(name));
  const entries = told.slice(0, mostHeaders).map((header) => ({
    name: header.name,
    value: <HeaderValue header={header} redacted={redacted} />,
  }));
  return (
    <>
      <p className="start-line data">{plainLine(message.startLine)}</p>
      <Fields entries={entries} />
      {told.length > mostHeaders ? <p className="faint">{told.length - mostHeaders} more under Headers</p> : null}
    </>
  );
}

function DiameterHead({ message }: { readonly message: DiameterDetail }) {
  const more = message.avps.length - mostHeaders;
  return (
    <>
      <Fields entries={diameterEntries(message)} />
      {more > 0 ? <p className="faint">{more} more under AVPs</p> : null}
    </>
  );
}

/** The command with its flags and identifiers, and the AVPs of the first level that have a value. */
function diameterEntries(message: DiameterDetail): readonly FieldEntry[] {
  return [
    { name: 'Command', value: message.command },
    { name: 'Application', value: message.application },
    { name: 'Flags', value: message.flags.join(', ') },
    ...message.avps.slice(0, mostHeaders).map((avp) => ({
      name: avp.name,
      value: avp.children.length > 0 ? plural(avp.children.length, 'AVP') : avp.value,
    })),
  ];
}

function subtitle(detail: FlowDetail, side: Props['side'], message: MessageDetail | null): string {
  const { row } = detail;
  const parts: string[] = [];
  if (side === 'request') parts.push(`${shortName(row.source)} → ${shortName(row.destination)}`);
  if (message) parts.push(sizeText(message));
  const messages = row.messageCount[side === 'request' ? 0 : 1];
  if (messages > 0) parts.push(plural(messages, 'message'));
  if (side === 'answer' && row.duration !== null) parts.push(formatDuration(row.duration));
  return parts.join(' · ');
}

/** The workload says enough here; the pod stands in the list and under Kubernetes. */
function shortName(party: Party): string {
  return party.workload || party.service || partyText(party);
}

function sizeText(message: MessageDetail): string {
  const whole = formatBytes(message.length);
  return message.stored < message.length ? `${formatBytes(message.stored)} of ${whole} kept` : whole;
}

function absence(detail: FlowDetail, side: Props['side']): string {
  if (side === 'request') return 'The request was not seen.';
  return detail.row.state === 'open' ? 'No answer yet.' : 'There was no answer.';
}
