import { Dialog } from 'radix-ui';
import { useDialog, useInspector, usePreference } from '../state/inspector.ts';
import { DialogWindow } from './dialog-window.tsx';
import { ProgramSetting } from './program-setting.tsx';
import { SchemaSetting } from './schema-setting.tsx';
import { Segments } from './segments.tsx';
import { WiresharkSetting } from './wireshark-setting.tsx';
import './settings-dialog.css';

/** What can be set; each setting holds at once. */
export function SettingsDialog() {
  const { dialogs, preferences } = useInspector();
  const theme = usePreference('theme');
  return (
    <DialogWindow className="settings-dialog" open={useDialog('settings')} onClose={() => dialogs.close()}>
      <Dialog.Title>Settings</Dialog.Title>
      <section className="setting">
        <h3>Theme</h3>
        <Segments
          label="Theme"
          value={theme}
          onChange={(chosen) => preferences.setState({ theme: chosen })}
          options={[
            ['system', 'As the system'],
            ['dark', 'Dark'],
            ['light', 'Light'],
          ]}
        />
      </section>
      <SchemaSetting />
      <WiresharkSetting />
      <ProgramSetting name="helm" setting="helmPath" found="">
        Upgrades releases of Aspen Mesh. Left empty, it is looked for on the PATH.
      </ProgramSetting>
      <div className="settings-actions">
        <Dialog.Close className="button">Close</Dialog.Close>
      </div>
    </DialogWindow>
  );
}
