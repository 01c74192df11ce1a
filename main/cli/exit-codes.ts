/** Exit codes of the program. A stable promise to scripts. */
export const exitCodes = {
  success: 0,
  failed: 1,
  usage: 2,
  unreadable: 3,
  damaged: 4,
} as const;

/** The same for --help. */
export const exitCodeText = `Exit codes:
  0  done; read, convert: the whole file was read
  1  failed, and nothing was changed, or disable left something; why is on standard error
  2  wrong arguments, or a filter or field that cannot be used
  3  read, convert: the file cannot be opened, or is no capture file; serve: that of --open, which the view says too
  4  read, convert: the file is damaged; what could be read was printed or written`;
