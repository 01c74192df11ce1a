import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const packages = join(import.meta.dirname, '../../.parts/python');

/** Whether `npm run parts` put PyMongo there. */
export const pymongoIsThere = existsSync(join(packages, 'bson'));

/** A capture document of docs/analysis-stream.md, as JSON has it: binaries in base64, times not to the nanosecond. */
export interface BsonCapture {
  readonly type: string;
  readonly part: number;
  readonly final: boolean;
  readonly metadata: {
    readonly id: string;
    readonly role: string;
    readonly protocol: string;
    readonly pod: Readonly<Record<string, string>>;
    readonly source: { readonly address: string; readonly port: number };
    readonly destination: { readonly address: string; readonly port: number };
  };
  readonly pcap: string;
  readonly events: readonly {
    readonly kind: string;
    readonly side: 'request' | 'answer';
    readonly headers?: readonly string[];
    readonly bytes?: string;
  }[];
}

/** All documents of a `.bson` file, read by PyMongo. */
export function readByPymongo(file: string): readonly BsonCapture[] {
  const text = execFileSync('python3', [join(import.meta.dirname, 'read_bson.py'), file], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    env: { ...process.env, PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: '1' },
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as BsonCapture);
}
