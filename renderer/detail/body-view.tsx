import { useEffect, useMemo, useState } from 'react';
import { decodeText } from './body-bytes.ts';
import { HexView } from './hex-view.tsx';
import { prettyJson } from './pretty-json.ts';
import { TextView } from './text-view.tsx';
import type { LoadedBody } from './use-body.ts';

export type BodyLook = 'pretty' | 'text' | 'image' | 'hex';

/** In which ways a kind of content can be looked at, the best first. */
export function looksOf(kind: string): readonly BodyLook[] {
  if (kind === 'json') return ['pretty', 'text', 'hex'];
  if (kind === 'image') return ['image', 'hex'];
  return kind === 'hex' || kind === 'protobuf' ? ['hex', 'text'] : ['text', 'hex'];
}

export function BodyView({ body, look }: { readonly body: LoadedBody; readonly look: BodyLook }) {
  const text = useMemo(() => {
    if (look !== 'pretty' && look !== 'text') return '';
    const plain = decodeText(body.bytes, body.slice.charset);
    return look === 'pretty' ? prettyJson(plain) : plain;
  }, [body, look]);

  if (look === 'hex') return <HexView bytes={body.bytes} />;
  if (look === 'image') return <ImageView body={body} />;
  return <TextView text={text} json={look === 'pretty'} label="Body" />;
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
