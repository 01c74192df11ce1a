import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

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

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    // Folders may be entered by the same right.
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The last part of a path, by either system's separators. */
const programName = /(?:^|[\\/])wireshark[^\\/]*$/i;

/** Whether a setting may be started at all: the view sets it, and must not come to start any program of the machine by it. */
function namesWireshark(path: string): boolean {
  // A path of two backslashes is on another machine.
  return isAbsolute(path) && !path.startsWith('\\\\') && programName.test(path);
}

/**
 * The Wireshark program: what the setting names, else the first on PATH, else where it usually is; '' when there is none.
 * A setting that names no program is not passed over, so that the user sees that it is wrong.
 */
export function findWireshark(setting: string): string {
  if (setting !== '') return namesWireshark(setting) && isProgram(setting) ? setting : '';
  const name = process.platform === 'win32' ? 'Wireshark.exe' : 'wireshark';
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name));
  return [...onPath, ...usualPlaces()].find(isProgram) ?? '';
}

/** How to get it, for who has none. */
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
