import { useEffect, useMemo, useState } from 'react';
import { isLaidOut, prettyBody } from '../../app/decode/content/pretty-body.ts';
import { decodeText } from './body-bytes.ts';
import { HexView } from './hex-view.tsx';
import { TextView } from './text-view.tsx';
import type { LoadedBody } from './use-body.ts';

export type BodyLook = 'pretty' | 'text' | 'image' | 'hex';

/** Characters of the pretty form: layout may make a hostile body many times longer than it is. */
const maximumPretty = 32 << 20;

/** In which ways a kind of content can be looked at, the best first. */
export function looksOf(kind: string): readonly BodyLook[] {
  if (isLaidOut(kind)) return ['pretty', 'text', 'hex'];
  if (kind === 'image') return ['image', 'hex'];
  return kind === 'text' ? ['text', 'hex'] : ['hex', 'text'];
}

interface Props {
  readonly body: LoadedBody;
  readonly look: BodyLook;
  /** Content-Type with its parameters. */
  readonly contentType: string;
}

export function BodyView({ body, look, contentType }: Props) {
  const text = useMemo(() => {
    const { bytes, slice } = body;
    if (look === 'text') return decodeText(bytes, slice.charset);
    return look === 'pretty'
      ? prettyBody({ kind: slice.kind, charset: slice.charset, contentType, bytes }, maximumPretty)
      : '';
  }, [body, look, contentType]);

  if (look === 'hex') return <HexView bytes={body.bytes} />;
  if (look === 'image') return <ImageView body={body} />;
  return <TextView text={text} json={look === 'pretty' && body.slice.kind === 'json'} label="Body" />;
}

function ImageView({ body }: { readonly body: LoadedBody }) {
  const [url, setUrl] = useState('');
  const [size, setSize] = useState('');
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([body.bytes], { type: body.slice.mediaType }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [body]);
  const whole = body.bytes.length === body.slice.total;
  return (
    <figure className="image-view">
      {url ? (
        <img
          src={url}
          alt="Body of the message"
          onLoad={(event) =>
            setSize(`${event.currentTarget.naturalWidth} × ${event.currentTarget.naturalHeight} pixels`)
          }
          onError={() => setSize('This image cannot be shown.')}
        />
      ) : null}
      <figcaption className="muted">{whole ? size : `${size} Not all of it is loaded.`}</figcaption>
    </figure>
  );
}
