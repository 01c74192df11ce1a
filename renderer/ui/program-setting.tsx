import { useEffect, useState } from 'react';
import { useInspector } from '../state/inspector.ts';
import { messageOf } from '../transport/engine-error.ts';

interface Props {
  /** `helm`: how it is called. */
  readonly name: string;
  readonly setting: 'wiresharkPath' | 'helmPath';
  /** Where it was found; '' when it was not, or was not looked for. */
  readonly found: string;
  readonly children: React.ReactNode;
}

/** Where a program of this machine is. */
export function ProgramSetting({ name, setting, found, children }: Props) {
  const { client, notices } = useInspector();
  const [saved, setSaved] = useState('');
  const [path, setPath] = useState('');
  const [problem, setProblem] = useState('');

  useEffect(() => {
    let current = true;
    client.request('settings.get', {}).then(
      (settings) => {
        if (!current) return;
        setSaved(settings[setting]);
        setPath(settings[setting]);
      },
      (error: unknown) => notices.error(messageOf(error)),
    );
    return () => {
      current = false;
    };
  }, [client, notices, setting]);

  return (
    <form
      className="setting"
      onSubmit={(event) => {
        event.preventDefault();
        client.request('settings.set', { [setting]: path.trim() }).then(
          (settings) => {
            setProblem('');
            setSaved(settings[setting]);
            notices.done(settings[setting] === '' ? `${name} is looked for.` : `${name} is ${settings[setting]}.`);
          },
          (error: unknown) => setProblem(messageOf(error)),
        );
      }}
    >
      <h3>{name}</h3>
      <div className="setting-line">
        <input
          className={`text-field data${problem ? ' is-invalid' : ''}`}
          aria-label={`Path of the ${name} program`}
          aria-invalid={problem !== ''}
          value={path}
          placeholder={found || 'the path of the program'}
          spellCheck={false}
          onChange={(event) => setPath(event.target.value)}
        />
        <button type="submit" className="button" disabled={path.trim() === saved}>
          Save
        </button>
      </div>
      {problem ? (
        <p className="is-error" role="alert">
          {problem}
        </p>
      ) : null}
      <p className="muted">{children}</p>
    </form>
  );
}
