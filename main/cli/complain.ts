/** Tells on standard error what went wrong, under the program's name. */
export function complain(message: string): void {
  console.error(`packet-inspector: ${message}`);
}
