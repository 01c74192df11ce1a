import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The capture of the gRPC peers in tests/fixtures/http-captures, whose messages have one field of text. */
export const grpcCapture = join(import.meta.dirname, '../fixtures/captures/http/grpc-python.pcap');

/** Writes what the peers speak as a .proto file into the folder, and another file that is broken in its third line. */
export function writeShopSchema(folder: string): void {
  const methods = ['Unary', 'ServerStream', 'ClientStream', 'BothStreams'];
  writeFileSync(
    join(folder, 'shop.proto'),
    `syntax = "proto3";
package shop;
message Text { string words = 1; }
service Shop { ${methods.map((name) => `rpc ${name} (Text) returns (Text);`).join(' ')} }
`,
  );
  writeFileSync(join(folder, 'broken.proto'), 'syntax = "proto3";\nmessage Broken {\n  string = 1;\n}\n');
}
