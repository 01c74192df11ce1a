import { Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { BodyForm, FlowDetail } from '../../app/api/types.ts';
import { useDetailChoice, useInspector } from '../state/inspector.ts';
import { formatBytes } from '../ui/format.ts';
import { Segments } from '../ui/segments.tsx';
import { type BodyLook, bodyFileName, hexDump, looksOf, shownText } from './body-look.ts';
import { BodyView } from './body-view.tsx';
import { openFind } from './open-find.ts';
import { useBody } from './use-body.ts';

type Side = 'request' | 'answer';

/** The body of one side: pretty, as text, as an image or in hexadecimal; with its content coding undone or as it was sent. */
export function BodyTab({ detail }: { readonly detail: FlowDetail }) {
  const { commands, detailChoice } = useInspector();
  const chosenSide = useDetailChoice('side');
  const [side, setSide] = useState<Side>(() => firstSide(detail, chosenSide));
  const [form, setForm] = useState<BodyForm>('decoded');
  const wanted = useDetailChoice('look');
  const message = detail[side];
  const { body, error, loading, loadMore } = useBody(detail.row.id, side, form, message?.stored ?? 0);
  const contentType = message?.kind === 'http' ? message.contentType : '';
  const coded = message?.kind === 'http' && message.contentEncoding !== '' && message.contentEncoding !== 'identity';
  const looks = body ? looksOf(form === 'raw' && coded ? 'hex' : body.slice.kind, body.slice.mediaType) : [];
  const look = wanted && looks.includes(wanted) ? wanted : looks[0];
  const text = useMemo(() => (body && look ? shownText(body, look, contentType) : ''), [body, look, contentType]);
  const hasBytes = body !== null && body.bytes.length > 0;

  function copy(): void {
    if (!body) return;
    const { bytes, slice } = body;
    const part = bytes.length < slice.total ? `The first ${formatBytes(bytes.length)} of the body` : 'Body';
    commands.copy(look === 'hex' ? hexDump(bytes) : text, part);
  }

  function save(): void {
    const mediaType = body?.slice.mediaType ?? '';
    const target = detail.row.target;
    // What is still coded has no longer the name of its type.
    const name = form === 'raw' && coded ? `${bodyFileName(target, mediaType)}.raw` : bodyFileName(target, mediaType);
    void commands.saveBody({ id: detail.row.id, side, form, name, mediaType });
  }

  return (
    <div className="body-tab">
      <div className="tool-bar">
        <Segments<Side>
          label="Side"
          value={side}
          onChange={(chosen) => {
            setSide(chosen);
            detailChoice.setState({ side: chosen });
          }}
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
        {hasBytes && look && looks.length > 1 ? (
          <Segments<BodyLook>
            label="View"
            value={look}
            onChange={(chosen) => detailChoice.setState({ look: chosen })}
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
          {look === 'pretty' || look === 'text' ? <FindButton /> : null}
          {hasBytes && look !== 'image' ? (
            <button type="button" className="button" onClick={copy}>
              Copy
            </button>
          ) : null}
          {hasBytes ? (
            <button type="button" className="button" title="Save all of this body as a file" onClick={save}>
              Save…
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
      {hasBytes && look ? <BodyView body={body} look={look} text={text} /> : null}
      {body && body.bytes.length === 0 ? (
        <p className="muted tab-padding">{side === 'request' ? 'The request' : 'The answer'} has no body.</p>
      ) : null}
    </div>
  );
}

/** Finds something in a body that is shown as text; the keys for it are the detail's. */
function FindButton() {
  const inspector = useInspector();
  return (
    <button
      type="button"
      className="icon-button find-button"
      aria-label="Find"
      title={`Find (${inspector.platform.modifier} F)`}
      onClick={() => openFind(inspector)}
    >
      <Search size={13} />
    </button>
  );
}

/** The side that was chosen last where it has a body, else the one that has, the answer first. */
function firstSide(detail: FlowDetail, chosen: Side | null): Side {
  const has = (side: Side) => (detail[side]?.stored ?? 0) > 0;
  if (chosen !== null && has(chosen)) return chosen;
  return has('answer') || !has('request') ? 'answer' : 'request';
}

const titles: Record<BodyLook, string> = { pretty: 'Pretty', text: 'Text', image: 'Image', hex: 'Hex' };

function describe(mediaType: string, loaded: number, total: number, length: number): string {
  const size = loaded < total ? `${formatBytes(loaded)} of ${formatBytes(total)}` : formatBytes(total);
  const parts = [mediaType, size];
  if (length > 0 && length !== total) parts.push(`${formatBytes(length)} on the wire`);
  return parts.filter((part) => part !== '').join(' · ');
}
