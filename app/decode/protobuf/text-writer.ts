/** Gathers indented lines of text up to a bound. */
export class TextWriter {
  private readonly lines: string[] = [];
  private left: number;
  private depth = 0;

  /** @param limit most characters that are kept */
  constructor(limit: number) {
    this.left = limit;
  }

  /** Nothing more is taken. */
  get full(): boolean {
    return this.left <= 0;
  }

  line(text: string): void {
    if (this.full) return;
    const whole = '  '.repeat(this.depth) + text;
    this.lines.push(whole.slice(0, this.left));
    this.left -= whole.length + 1;
  }

  open(text: string): void {
    this.line(text);
    this.depth++;
  }

  close(text: string): void {
    this.depth--;
    this.line(text);
  }

  toString(): string {
    return this.lines.join('\n') + (this.full ? '\n…' : '');
  }
}
