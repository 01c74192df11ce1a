import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';

const bytesPerLine = 16;
const lineHeight = 18;

/** Offset, sixteen bytes, and what of them is printable ASCII. Only the lines that are seen are drawn. */
export function HexView({ bytes }: { readonly bytes: Uint8Array }) {
  const frame = useRef<HTMLDivElement>(null);
  const lines = useVirtualizer({
    count: Math.ceil(bytes.length / bytesPerLine),
    getScrollElement: () => frame.current,
    estimateSize: () => lineHeight,
    overscan: 20,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section ref={frame} className="hex-view data" aria-label="Bytes" tabIndex={0}>
      <div style={{ height: lines.getTotalSize(), position: 'relative' }}>
        {lines.getVirtualItems().map(({ index, start }) => {
          const line = hexLine(bytes, index * bytesPerLine);
          return (
            <pre key={index} style={{ transform: `translateY(${start}px)` }}>
              <span className="faint">{line.offset}</span> {line.hex} <span className="hex-text">{line.text}</span>
            </pre>
          );
        })}
      </div>
    </section>
  );
}

/** `0000001f`, `48 54 … ` padded to the full width with a gap in the middle, and the text. */
function hexLine(
  bytes: Uint8Array,
  offset: number,
): { readonly offset: string; readonly hex: string; readonly text: string } {
  const part = bytes.subarray(offset, offset + bytesPerLine);
  let hex = '';
  let text = '';
  for (let at = 0; at < bytesPerLine; at++) {
    const byte = part[at];
    if (at === bytesPerLine / 2) hex += ' ';
    hex += byte === undefined ? '   ' : `${byte.toString(16).padStart(2, '0')} `;
    if (byte !== undefined) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
  }
  return { offset: offset.toString(16).padStart(8, '0'), hex, text };
}
