import { Dialog } from 'radix-ui';
import { useDialog, useInspector, usePreference } from '../state/inspector.ts';
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
    <Dialog.Root open={useDialog('settings')} onOpenChange={() => dialogs.close()}>
      <Dialog.Portal>
        {/* Dialog.Overlay would lock scrolling by a style element, which the content security policy refuses. */}
        <div className="dialog-shade" />
        <Dialog.Content className="dialog settings-dialog" aria-describedby={undefined}>
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
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
