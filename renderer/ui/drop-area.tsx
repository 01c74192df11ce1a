import { useEffect, useState } from 'react';
import { useInspector } from '../state/inspector.ts';
import './drop-area.css';

/** Capture files are opened wherever in the window they are dropped. */
export function DropArea() {
  const { commands } = useInspector();
  const [over, setOver] = useState(false);

  useEffect(() => {
    const listening = new AbortController();
    function listen(name: 'dragenter' | 'dragover' | 'dragleave' | 'drop', react: (event: DragEvent) => void): void {
      const onlyFiles = (event: DragEvent) => {
        if (event.dataTransfer?.types.includes('Files') !== true) return;
        // Else the window would show the file in the place of itself.
        event.preventDefault();
        react(event);
      };
      window.addEventListener(name, onlyFiles);
      listening.signal.addEventListener('abort', () => window.removeEventListener(name, onlyFiles));
    }
    listen('dragenter', () => setOver(true));
    listen('dragover', (event) => {
      event.dataTransfer!.dropEffect = 'copy';
    });
    listen('dragleave', (event) => {
      // Between two elements of the window it comes with the one that is entered.
      if (event.relatedTarget === null) setOver(false);
    });
    listen('drop', (event) => {
      setOver(false);
      void commands.openDropped([...event.dataTransfer!.files]);
    });
    return () => listening.abort();
  }, [commands]);

  if (!over) return null;
  return (
    <div className="drop-area" role="status">
      <p>Drop a capture to open it: pcap, pcapng, BSON or HAR</p>
    </div>
  );
}
