import { highlightJson } from './json-tokens.ts';

interface Props {
  readonly text: string;
  readonly json: boolean;
  /** Where there is more of it; ''. */
  readonly more: string;
}

const mostLines = 60;

/** The beginning of a content in a box. */
export function PreviewText({ text, json, more }: Props) {
  const lines = text.split('\n');
  const shown = lines.slice(0, mostLines).join('\n');
  const ending = more || (lines.length > mostLines ? 'not all of it is shown here' : '');
  return (
    <pre className="body-preview data">
      {json ? <Highlighted text={shown} /> : shown}
      {ending ? <span className="faint">{`\n… ${ending}`}</span> : null}
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
