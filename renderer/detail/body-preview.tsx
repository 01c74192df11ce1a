import { useEffect, useState } from 'react';
import { useInspector } from '../state/inspector.ts';
import { decodeBase64, decodeText } from './body-bytes.ts';
import { highlightJson } from './json-tokens.ts';
import { prettyJson } from './pretty-json.ts';

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
const previewLines = 60;

/** The first kilobytes of a body that is text. */
export function BodyPreview({ id, side, length }: Props) {
  const { client } = useInspector();
  const [preview, setPreview] = useState<Preview | null>(null);

  useEffect(() => {
    let current = true;
    const wanted = Math.min(length, previewBytes);
    client.request('flows.body', { id, side, form: 'decoded', offset: 0, limit: wanted }).then(
      (slice) => {
        if (!current || slice.kind === 'hex' || slice.kind === 'image') return;
        const json = slice.kind === 'json';
        const text = decodeText(decodeBase64(slice.bytes), slice.charset);
        const lines = (json ? prettyJson(text) : text).split('\n');
        const cut = lines.length > previewLines || slice.total > wanted;
        if (lines[0] !== '') setPreview({ text: lines.slice(0, previewLines).join('\n'), json, cut });
      },
      () => {},
    );
    return () => {
      current = false;
    };
  }, [client, id, side, length]);

  if (!preview) return null;
  return (
    <pre className="body-preview data">
      {preview.json ? <Highlighted text={preview.text} /> : preview.text}
      {preview.cut ? <span className="faint">{'\n'}… all of it under Body</span> : null}
    </pre>
  );
}

function Highlighted({ text }: { readonly text: string }) {
  return highlightJson(text).map(({ start, end, kind }) =>
    kind === 'plain' ? (
      text.slice(start, end)
    ) : (
      <span key={start} className={`json-${kind}`}>
        {text.slice(start, end)}
      </span>
    ),
  );
}
