import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { hexLine, linesOf } from './hex-lines.ts';

const lineHeight = 18;

/** Offset, sixteen bytes, and what of them is printable ASCII. Only the lines that are seen are drawn. */
export function HexView({ bytes }: { readonly bytes: Uint8Array }) {
  const frame = useRef<HTMLDivElement>(null);
  const lines = useVirtualizer({
    count: linesOf(bytes),
    getScrollElement: () => frame.current,
    estimateSize: () => lineHeight,
    overscan: 20,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section ref={frame} className="hex-view data" aria-label="Bytes" tabIndex={0}>
      <div style={{ height: lines.getTotalSize(), position: 'relative' }}>
        {lines.getVirtualItems().map(({ index, start }) => {
          const line = hexLine(bytes, index);
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
