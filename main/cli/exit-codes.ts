/** Exit codes of the program. A stable promise to scripts. */
export const exitCodes = {
  success: 0,
  failed: 1,
  usage: 2,
  unreadable: 3,
  damaged: 4,
} as const;

export type ExitCode = keyof typeof exitCodes;

const meanings: Readonly<Record<ExitCode, string>> = {
  success: 'done',
  failed: 'failed; the reason is printed',
  usage: 'wrong arguments',
  unreadable: 'the file cannot be opened, or is not a capture file',
  damaged: 'the file is damaged; what could be read was printed or saved',
};

/** The end of a command's --help: the codes that it exits with, and what they mean where that is more than usual. */
export function exitCodeText(...codes: readonly (ExitCode | readonly [code: ExitCode, meaning: string])[]): string {
  const line = (code: ExitCode, meaning: string) => `  ${exitCodes[code]}  ${meaning}`;
  const lines = codes.map((one) => (typeof one === 'string' ? line(one, meanings[one]) : line(...one)));
  return ['', 'Exit codes:', ...lines].join('\n');
}
