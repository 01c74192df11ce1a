import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { resourcePath } from '../../resources.ts';

/** As it stands in Wireshark's list of profiles. */
export const profileName = 'Packet Inspector';

/** Where Wireshark keeps what belongs to this user. https://www.wireshark.org/docs/wsug_html_chunked/ChAppFilesConfigurationSection.html */
function personalFolder(): string {
  const { WIRESHARK_CONFIG_DIR: chosen, APPDATA: applicationData, XDG_CONFIG_HOME: configuration } = process.env;
  if (chosen) return chosen;
  if (process.platform === 'win32' && applicationData) return join(applicationData, 'Wireshark');
  const current = join(configuration || join(homedir(), '.config'), 'wireshark');
  const former = join(homedir(), '.wireshark');
  return !existsSync(current) && existsSync(former) ? former : current;
}

/**
 * Puts our profile among the user's own, unless it is there: what they changed in it stays. False when it cannot be
 * written; Wireshark must not be started with a profile that it does not find.
 */
export function installProfile(): boolean {
  const folder = join(personalFolder(), 'profiles', profileName);
  try {
    mkdirSync(folder, { recursive: true });
    for (const name of ['preferences', 'colorfilters']) {
      const target = join(folder, name);
      if (!existsSync(target)) copyFileSync(resourcePath('wireshark', name), target);
    }
    return true;
  } catch {
    return false;
  }
}
