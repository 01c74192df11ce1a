import { useEffect, useState } from 'react';
import { useInspector } from '../state/inspector.ts';
import { messageOf } from '../transport/engine-error.ts';
import { ProgramSetting } from './program-setting.tsx';

/** Where Wireshark is. */
export function WiresharkSetting() {
  const { client, notices } = useInspector();
  const [found, setFound] = useState('');

  useEffect(() => {
    let current = true;
    client.request('engine.hello', {}).then(
      ({ wireshark }) => current && setFound(wireshark),
      (error: unknown) => notices.error(messageOf(error)),
    );
    return () => {
      current = false;
    };
  }, [client, notices]);

  return (
    <ProgramSetting name="Wireshark" setting="wiresharkPath" found={found}>
      Left empty, it is looked for on the PATH and where it is usually installed.
    </ProgramSetting>
  );
}
