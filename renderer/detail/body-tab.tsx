import { useState } from 'react';
import type { BodyForm, FlowDetail } from '../../app/api/types.ts';
import { useInspector } from '../state/inspector.ts';
import { formatBytes } from '../ui/format.ts';
import { Segments } from '../ui/segments.tsx';
import { decodeText } from './body-bytes.ts';
import { type BodyLook, BodyView, looksOf } from './body-view.tsx';
import { useBody } from './use-body.ts';

type Side = 'request' | 'answer';

/** The body of one side: pretty, as text, as an image or in hexadecimal; with its content coding undone or as it was sent. */
export function BodyTab({ detail }: { readonly detail: FlowDetail }) {
  const { commands } = useInspector();
  const [side, setSide] = useState<Side>(() =>
    (detail.answer?.stored ?? 0) > 0 || (detail.request?.stored ?? 0) === 0 ? 'answer' : 'request',
  );
  const [form, setForm] = useState<BodyForm>('decoded');
  const [wanted, setWanted] = useState<BodyLook | null>(null);
  const message = detail[side];
  const { body, error, loading, loadMore } = useBody(detail.row.id, side, form, message?.stored ?? 0);
  const contentType = message?.kind === 'http' ? message.contentType : '';
  const coded = message?.kind === 'http' && message.contentEncoding !== '' && message.contentEncoding !== 'identity';
  const looks = body ? looksOf(form === 'raw' && coded ? 'hex' : body.slice.kind) : [];
  const look = wanted && looks.includes(wanted) ? wanted : looks[0];

  return (
    <div className="body-tab">
      <div className="tool-bar">
        <Segments<Side>
          label="Side"
          value={side}
          onChange={setSide}
          options={[
            ['request', 'Request'],
            ['answer', 'Answer'],
          ]}
        />
        {coded ? (
          <Segments<BodyForm>
            label="Form"
            value={form}
            onChange={setForm}
            options={[
              ['decoded', 'Decoded'],
              ['raw', `Raw (${message.contentEncoding})`],
            ]}
          />
        ) : null}
        {look && looks.length > 1 ? (
          <Segments<BodyLook>
            label="View"
            value={look}
            onChange={setWanted}
            options={looks.map((each) => [each, titles[each]])}
          />
        ) : null}
        <span className="muted ellipsis">
          {body ? describe(body.slice.mediaType, body.bytes.length, body.slice.total, message?.length ?? 0) : ''}
        </span>
        <span className="tool-bar-end">
          {body && body.bytes.length < body.slice.total ? (
            <button type="button" className="button" disabled={loading} onClick={loadMore}>
              Show more
            </button>
          ) : null}
          {body && body.bytes.length > 0 && look !== 'image' ? (
            <button
              type="button"
              className="button"
              onClick={() => commands.copy(decodeText(body.bytes, body.slice.charset), 'Body')}
            >
              Copy
            </button>
          ) : null}
        </span>
      </div>
      {error ? <p className="is-error tab-padding">{error}</p> : null}
      {body?.slice.stopped ? <p className="is-warning tab-padding">{body.slice.stopped}</p> : null}
      {message && message.stored < message.length ? (
        <p className="is-warning tab-padding">
          {formatBytes(message.stored)} of {formatBytes(message.length)} were kept; the rest was cut at the source or
          lost.
        </p>
      ) : null}
      {body && body.bytes.length > 0 && look ? <BodyView body={body} look={look} contentType={contentType} /> : null}
      {body && body.bytes.length === 0 ? (
        <p className="muted tab-padding">{side === 'request' ? 'The request' : 'The answer'} has no body.</p>
      ) : null}
    </div>
  );
}

const titles: Record<BodyLook, string> = { pretty: 'Pretty', text: 'Text', image: 'Image', hex: 'Hex' };

function describe(mediaType: string, loaded: number, total: number, length: number): string {
  const size = loaded < total ? `${formatBytes(loaded)} of ${formatBytes(total)}` : formatBytes(total);
  const parts = [mediaType, size];
  if (length > 0 && length !== total) parts.push(`${formatBytes(length)} on the wire`);
  return parts.filter((part) => part !== '').join(' · ');
}
