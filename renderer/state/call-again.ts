import type { FlowDetail, FlowRow } from '../../app/api/types.ts';
import { curlCommand, grpcurlCommand } from '../../app/flows/call-command.ts';
import { decodeBase64 } from '../detail/body-bytes.ts';
import type { EngineClient } from '../transport/engine-client.ts';

/** The programs that a call can be made again with. */
export type CallProgram = 'curl' | 'grpcurl';

/** A command line holds 128 KiB in one argument (Linux), and base64 makes more of it. Bytes. */
const longestArgument = 64 << 10;
const mostMessages = 200;

/**
 * A command that makes a call again, with what the engine has of it.
 *
 * @throws Error that says why there is none: too little was captured, or grpcurl does not know the message types
 */
export async function callAgainCommand(client: EngineClient, { id }: FlowRow, program: CallProgram): Promise<string> {
  const detail = await client.request('flows.detail', { id });
  const command = program === 'curl' ? await curl(client, detail) : await grpcurl(client, detail);
  if (command === null) throw new Error(`Too little of the request was captured for ${program}.`);
  return command;
}

async function curl(client: EngineClient, detail: FlowDetail): Promise<string | null> {
  const { stored, length } = detail.request ?? { stored: 0, length: 0 };
  if (stored < length || stored > longestArgument) return null;
  const { id } = detail.row;
  const body = { id, side: 'request', form: 'raw', offset: 0, limit: Math.max(1, stored) } as const;
  return curlCommand(detail, decodeBase64((await client.request('flows.body', body)).bytes));
}

async function grpcurl(client: EngineClient, detail: FlowDetail): Promise<string | null> {
  const { id, messageCount } = detail.row;
  const listed = { id, offset: 0, limit: 2 * messageCount[0] + messageCount[1] };
  if (listed.limit > mostMessages) return null;
  const { untyped, messages } = await client.request('flows.messages', listed);
  if (untyped) throw new Error('grpcurl takes messages by field names: load their schema in the settings first.');
  const asked = messages.filter(({ side }) => side === 'request');
  if (asked.some(({ complete }) => !complete)) return null;
  return grpcurlCommand(
    detail,
    asked.map(({ text }) => text),
  );
}
