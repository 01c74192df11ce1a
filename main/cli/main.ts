import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { saveFormats, saveFormatTexts } from '../../app/api/save-formats.ts';
import { version } from '../engine/version.ts';
import { addAspenCommands } from './aspen.ts';
import { addClusterCommands } from './clusters.ts';
import { type ConvertOptions, convert } from './convert.ts';
import { addFilesCommand } from './emulator-files.ts';
import { exitCodes, exitCodeText } from './exit-codes.ts';
import { addManifestsCommand } from './manifests.ts';
import { type ReadOptions, read } from './read.ts';
import { addRolesCommand } from './roles.ts';
import { type ServeCommandOptions, serveCommand } from './serve.ts';

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) throw new InvalidArgumentError('not a port number');
  return number;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

const formatText = ['Formats, by the ending of the file to write:']
  .concat(saveFormats.map((ending) => `  ${`.${ending}`.padEnd(9)} ${saveFormatTexts[ending].use}`))
  .join('\n');

const program = new Command('packet-inspector')
  .description(
    'See what the services of a mesh say to each other: HTTP, gRPC and Diameter, live and from capture files.',
  )
  .version(version)
  .addHelpText('after', `\n${exitCodeText}`)
  .exitOverride();

program
  .command('serve')
  .description('serve the view to a browser on 127.0.0.1, to who has the printed address alone')
  .option('--port <number>', 'port to listen on; one that is free when left out', port, 0)
  .option('--demo', 'switch the built-in demo cluster on', false)
  .option('--open <file>', 'capture file to open')
  .option('--browser', 'open the browser', false)
  .addHelpText('after', `\n${exitCodeText}`)
  .action(async (options: ServeCommandOptions) => {
    process.exitCode = await serveCommand(options);
  });

program
  .command('read')
  .description('print the flows of a capture file (pcap, pcapng, BSON, HAR; gzip and zstd are undone) while it is read')
  .argument('<file>', 'capture file; - for standard input')
  .option(
    '-F, --follow',
    'go on when the file grows, until Ctrl-C or another file has its name (tcpdump writes packets at once with -U)',
    false,
  )
  .option('-Y, --filter <filter>', 'print only flows that match', '')
  .addOption(new Option('-T, --format <format>', 'how to print').choices(['text', 'json', 'fields']).default('text'))
  .option('-e, --field <field>', 'field to print with -T fields; may be given several times', collect, [])
  .addHelpText('after', `\n${exitCodeText}`)
  .action(async (file: string, options: ReadOptions) => {
    process.exitCode = await read(file, options);
  });

program
  .command('convert')
  .description('write the flows of a capture file in another format')
  .argument('<from>', 'capture file')
  .argument('<to>', 'file to write; its ending says the format')
  .option('-Y, --filter <filter>', 'write only flows that match', '')
  .addHelpText('after', `\n${formatText}\n\n${exitCodeText}`)
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
    console.error(`packet-inspector: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = exitCodes.failed;
  }
}
