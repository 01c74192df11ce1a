import { useEffect, useState } from 'react';
import { useInspector } from '../state/inspector.ts';
import { messageOf } from '../transport/engine-error.ts';

/** Where Wireshark is. */
export function WiresharkSetting() {
  const { client, notices } = useInspector();
  const [saved, setSaved] = useState('');
  const [path, setPath] = useState('');
  const [found, setFound] = useState('');

  useEffect(() => {
    let current = true;
    Promise.all([client.request('settings.get', {}), client.request('engine.hello', {})]).then(
      ([settings, hello]) => {
        if (!current) return;
        setSaved(settings.wiresharkPath);
        setPath(settings.wiresharkPath);
        setFound(hello.wireshark);
      },
      (error: unknown) => notices.error(messageOf(error)),
    );
    return () => {
      current = false;
    };
  }, [client, notices]);

  return (
    <form
      className="setting"
      onSubmit={(event) => {
        event.preventDefault();
        client.request('settings.set', { wiresharkPath: path.trim() }).then(
          ({ wiresharkPath }) => {
            setSaved(wiresharkPath);
            notices.done(wiresharkPath === '' ? 'Wireshark is looked for.' : `Wireshark is ${wiresharkPath}.`);
          },
          (error: unknown) => notices.error(messageOf(error)),
        );
      }}
    >
      <h3>Wireshark</h3>
      <div className="setting-line">
        <input
          className="text-field data"
          aria-label="Path of the Wireshark program"
          value={path}
          placeholder={found || 'not found; the path of the program'}
          spellCheck={false}
          onChange={(event) => setPath(event.target.value)}
        />
        <button type="submit" className="button" disabled={path.trim() === saved}>
          Save
        </button>
      </div>
      <p className="muted">Left empty, it is looked for on the PATH and where it is usually installed.</p>
    </form>
  );
}
