import { useEffect, useState } from 'react';
import { prettyJson } from '../../app/decode/content/pretty-json.ts';
import { useConnected, useInspector } from '../state/inspector.ts';
import { decodeBase64, decodeText } from './body-bytes.ts';
import { PreviewText } from './preview-text.tsx';

interface Props {
  readonly id: number;
  readonly side: 'request' | 'answer';
  /** Stored length: a longer body is read again. */
  readonly length: number;
}

interface Preview {
  readonly text: string;
  readonly json: boolean;
  readonly cut: boolean;
}

const previewBytes = 4_096;

/** The first kilobytes of a body that is text. */
export function BodyPreview({ id, side, length }: Props) {
  const { client } = useInspector();
  const connected = useConnected();
  const [preview, setPreview] = useState<Preview | null>(null);

  useEffect(() => {
    if (!connected) return;
    let current = true;
    const wanted = Math.min(length, previewBytes);
    client.request('flows.body', { id, side, form: 'decoded', offset: 0, limit: wanted }).then(
      (slice) => {
        if (!current || slice.charset === '') return;
        const json = slice.kind === 'json';
        const text = decodeText(decodeBase64(slice.bytes), slice.charset);
        setPreview({ text: json ? prettyJson(text) : text, json, cut: slice.total > wanted });
      },
      () => {},
    );
    return () => {
      current = false;
    };
  }, [client, id, side, length, connected]);

  if (!preview || preview.text === '') return null;
  return <PreviewText text={preview.text} json={preview.json} more={preview.cut ? 'all of it under Body' : ''} />;
}
