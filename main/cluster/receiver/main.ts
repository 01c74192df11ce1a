import { currentFileNameForm, type FileNameForm, fileNameForms } from '../../../app/capture/file-names.ts';
import { createProcessLog, errorText, type LogLevel } from '../../log.ts';
import type { SocketAddress } from '../address.ts';
import { closeOnSignal, createProgram, option, toAddress, toBytes, toDuration } from '../command-line.ts';
import { addCertificateOptions, type CertificateOptions, openIdentity } from '../identity.ts';
import { limitHeap, memoryLimit } from '../memory-limit.ts';
import { createReceiver, type Receiver } from './receiver.ts';

interface Options extends CertificateOptions {
  readonly listen: SocketAddress;
  readonly tail: SocketAddress;
  readonly status?: SocketAddress;
  readonly folder: string;
  readonly files: boolean;
  readonly maximumBytes?: number;
  readonly maximumAge?: number;
  readonly fileNames: FileNameForm;
  readonly ringLimit?: number;
  readonly memoryLimit?: number;
  readonly aggregatorIdentity?: string;
  readonly logLevel: LogLevel;
}

const program = addCertificateOptions(
  createProgram(
    'receiver',
    'The analysis service: takes captures from aggregators, keeps them as files and in a ring, and serves live tails of it.',
  ),
)
  .addOption(
    option('--listen <address>', 'where aggregators connect')
      .argParser(toAddress)
      .default({ host: '', port: 21_000 }, ':21000'),
  )
  .addOption(
    option(
      '--aggregator-identity <spiffe-id>',
      "identity that aggregators' certificates must have (default: any that the authority signs)",
    ),
  )
  .addOption(
    option('--tail <address>', 'where live tails connect: a loopback address or a unix socket')
      .argParser(toAddress)
      .default({ host: '127.0.0.1', port: 21_001 }, '127.0.0.1:21001'),
  )
  .addOption(
    option('--status <address>', 'where /healthz and /metrics are served (default: nowhere)').argParser(toAddress),
  )
  .addOption(option('--folder <path>', 'where captures are written').default('/tmp'))
  .addOption(option('--no-files', 'do not write captures'))
  .addOption(
    option(
      '--maximum-bytes <bytes>',
      'total size of captures on disk; the oldest are removed first (default: 1Gi)',
    ).argParser(toBytes),
  )
  .addOption(
    option('--maximum-age <duration>', 'how long captures are kept on disk (default: 24h)').argParser(toDuration),
  )
  .addOption(
    option('--file-names <form>', 'how files of HTTP captures are named: as by Aspen Mesh 1.11.8-am2 or am3')
      .choices(fileNameForms)
      .default(currentFileNameForm),
  )
  .addOption(
    option(
      '--ring-limit <bytes>',
      'memory for the ring that live tails read (default: half of the limit less 96Mi, at most 256Mi)',
    ).argParser(toBytes),
  )
  .addOption(
    option('--memory-limit <bytes>', "memory to stay below, such as 256Mi (default: the container's limit)").argParser(
      toBytes,
    ),
  )
  .addOption(
    option('--log-level <level>', 'lowest level to log').choices(['debug', 'info', 'warning', 'error']).default('info'),
  )
  .action(async (options: Options) => {
    const log = createProcessLog('receiver', options.logLevel);
    let receiver: Receiver | null = null;
    closeOnSignal(async () => receiver?.close());
    try {
      limitHeap(options.memoryLimit ?? memoryLimit());
      receiver = await createReceiver({
        ...options,
        folder: options.files ? options.folder : null,
        identity: await openIdentity(options, log),
        log,
      });
    } catch (error) {
      log.error('the receiver cannot start', { reason: errorText(error) });
      process.exitCode = 1;
    }
  });

await program.parseAsync();
