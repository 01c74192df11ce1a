/** As many as the threads that Node has for files. */
const LANES = 4;

/** Work on files that is done beside everything else: what is in one lane in order, the lanes side by side. */
export class WriteLanes {
  /** Bytes that wait to be written. */
  bytes = 0;
  private readonly tails: Promise<void>[] = Array.from({ length: LANES }, () => Promise.resolve());
  private next = 0;

  /** The lane for something new, by turns. */
  lane(): number {
    this.next = (this.next + 1) % LANES;
    return this.next;
  }

  /** Puts a job, which must not reject, at the end of a lane. */
  add(lane: number, bytes: number, job: () => Promise<void>): void {
    this.bytes += bytes;
    this.tails[lane] = this.tails[lane]!.then(job).finally(() => {
      this.bytes -= bytes;
    });
  }

  /** Resolves when all that was put in is done. */
  async done(): Promise<void> {
    await Promise.all(this.tails);
  }
}
