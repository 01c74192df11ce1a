import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { saveFormats, saveFormatTexts } from '../../app/api/save-formats.ts';
import { version } from '../engine/version.ts';
import { addAspenCommands } from './aspen.ts';
import { addClusterCommands } from './clusters.ts';
import { collect } from './collect.ts';
import { complain } from './complain.ts';
import { type ConvertOptions, convert } from './convert.ts';
import { addFilesCommand } from './emulator-files.ts';
import { exitCodes, exitCodeText } from './exit-codes.ts';
import { addManifestsCommand } from './manifests.ts';
import { optionDescription } from './option-help.ts';
import { type ReadOptions, read } from './read.ts';
import { addRolesCommand } from './roles.ts';
import { type ServeCommandOptions, serveCommand } from './serve.ts';

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return number;
}

const formatText = ['Formats, by the extension of <to>:']
  .concat(saveFormats.map((ending) => `  ${`.${ending}`.padEnd(9)} ${saveFormatTexts[ending].use}`))
  .join('\n');

const program = new Command('packet-inspector')
  .description(
    'See what the services of a mesh say to each other: HTTP, gRPC and Diameter, live and from capture files.',
  )
  .version(version)
  .configureHelp({ optionDescription })
  .addHelpText('after', exitCodeText('success', 'failed', 'usage', 'unreadable', 'damaged'))
  .exitOverride();

program
  .command('serve')
  .description('show the view in a browser, at an address on 127.0.0.1 that carries a secret')
  .option('--port <number>', 'port to listen on (default: a free one)', port, 0)
  .option('--demo', 'switch on the built-in demo cluster', false)
  .option('--open <file>', 'open this capture file')
  .option('--browser', 'start the browser', false)
  .addHelpText('after', exitCodeText('success', 'failed', 'usage', 'unreadable'))
  .action(async (options: ServeCommandOptions) => {
    process.exitCode = await serveCommand(options);
  });

program
  .command('read')
  .description('print the flows of a capture file while it is read (pcap, pcapng, BSON, HAR; also gzip or zstd)')
  .argument('<file>', 'capture file, or - for standard input')
  .option(
    '-F, --follow',
    'keep reading as the file grows, until Ctrl-C or until another file takes its name (have tcpdump write with -U)',
    false,
  )
  .option('-Y, --filter <filter>', 'print only flows that match', '')
  .addOption(new Option('-T, --format <format>', 'output format').choices(['text', 'json', 'fields']).default('text'))
  .option('-e, --field <field>', 'field to print with -T fields; repeatable', collect, [])
  .addHelpText('after', exitCodeText('success', 'failed', 'usage', 'unreadable', 'damaged'))
  .action(async (file: string, options: ReadOptions) => {
    process.exitCode = await read(file, options);
  });

program
  .command('convert')
  .description('save the flows of a capture file in another format')
  .argument('<from>', 'capture file')
  .argument('<to>', 'file to write; its extension selects the format')
  .option('-Y, --filter <filter>', 'save only flows that match', '')
  .addHelpText('after', `\n${formatText}`)
  .addHelpText('after', exitCodeText('success', 'failed', 'usage', 'unreadable', 'damaged'))
  .action(async (from: string, to: string, options: ConvertOptions) => {
    process.exitCode = await convert(from, to, options);
  });

addClusterCommands(program);
addManifestsCommand(program);
addAspenCommands(program);
addFilesCommand(program);
addRolesCommand(program);

// A reader that has seen enough (head) closes the pipe; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.success);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
  else {
    complain(error instanceof Error ? error.message : String(error));
    process.exitCode = exitCodes.failed;
  }
}
