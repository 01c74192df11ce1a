/** What the driver asks of the demo's worker; each command is answered once, in order. */
export interface WorkerCommand {
  readonly number: number;
  readonly do: 'start' | 'enable' | 'disable' | 'close';
}

export interface WorkerReply {
  readonly number: number;
  /** Path of the live tail's local socket. */
  readonly tail: string;
  /** Why it failed; '' when it did not. */
  readonly error: string;
}
