import { useEffect, useState } from 'react';
import { imageSizeOf, isDrawable } from '../../app/decode/content/image-size.ts';
import type { BodyLook } from './body-look.ts';
import { HexView } from './hex-view.tsx';
import { TextView } from './text-view.tsx';
import type { LoadedBody } from './use-body.ts';

interface Props {
  readonly body: LoadedBody;
  readonly look: BodyLook;
  /** What of it is read as text. */
  readonly text: string;
}

export function BodyView({ body, look, text }: Props) {
  if (look === 'hex') return <HexView bytes={body.bytes} />;
  if (look === 'image') return <ImageView body={body} />;
  return <TextView text={text} json={look === 'pretty' && body.slice.kind === 'json'} label="Body" />;
}

function ImageView({ body }: { readonly body: LoadedBody }) {
  const size = imageSizeOf(body.slice.mediaType, body.bytes);
  if (size === null || isDrawable(size)) return <DrawnImage body={body} />;
  return (
    <p className="muted">
      {size.width} × {size.height} pixels: too large to be drawn.
    </p>
  );
}

function DrawnImage({ body }: { readonly body: LoadedBody }) {
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
