import { join } from 'node:path';
import { isProgram, namesProgram, placesOnPath } from '../program-path.ts';

/** Where the operating system's own installers put it. */
function usualPlaces(): string[] {
  switch (process.platform) {
    case 'darwin':
      return [
        '/Applications/Wireshark.app/Contents/MacOS/Wireshark',
        '/opt/homebrew/bin/wireshark',
        '/usr/local/bin/wireshark',
      ];
    case 'win32':
      return [process.env.ProgramFiles, process.env['ProgramFiles(x86)']]
        .filter((folder) => folder !== undefined)
        .map((folder) => join(folder, 'Wireshark', 'Wireshark.exe'));
    default:
      return ['/usr/bin/wireshark', '/usr/local/bin/wireshark', '/snap/bin/wireshark'];
  }
}

/**
 * The Wireshark program: what the setting names, else the first on PATH, else where it usually is; '' when there is none.
 * A setting that names no program is not passed over, so that the user sees that it is wrong.
 */
export function findWireshark(setting: string): string {
  if (setting !== '') return namesProgram(setting, 'wireshark') && isProgram(setting) ? setting : '';
  const name = process.platform === 'win32' ? 'Wireshark.exe' : 'wireshark';
  return [...placesOnPath(name), ...usualPlaces()].find(isProgram) ?? '';
}

/** How to get it. */
export function wiresharkAdvice(setting: string): string {
  if (setting !== '')
    return `${setting} is not a Wireshark program that can be started: correct the path in the settings.`;
  switch (process.platform) {
    case 'darwin':
      return 'Wireshark was not found. Get it from https://www.wireshark.org/download.html or by "brew install --cask wireshark", or set its path in the settings.';
    case 'win32':
      return 'Wireshark was not found. Get it from https://www.wireshark.org/download.html or by "winget install WiresharkFoundation.Wireshark", or set its path in the settings.';
    default:
      return 'Wireshark was not found. Install the package "wireshark" of your distribution, or set its path in the settings.';
  }
}
