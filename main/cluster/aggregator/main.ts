import { credentialFields } from '../../../app/capture/credential-fields.ts';
import type { CaptureScope } from '../../../app/mesh/capture-scope.ts';
import { createProcessLog, errorText, type LogLevel } from '../../log.ts';
import type { SocketAddress } from '../address.ts';
import { closeOnSignal, createProgram, option, toAddress, toBytes, toDuration, toList } from '../command-line.ts';
import { addCertificateOptions, type CertificateOptions, openIdentity } from '../identity.ts';
import { limitHeap, memoryLimit } from '../memory-limit.ts';
import { type Aggregator, createAggregator } from './aggregator.ts';
import { toScope } from './scope-option.ts';

interface Options extends CertificateOptions {
  readonly listen: SocketAddress;
  readonly plaintext: boolean;
  readonly analysis?: SocketAddress;
  readonly analysisName?: string;
  readonly analysisIdentity?: string;
  readonly trustDomain?: string;
  readonly status?: SocketAddress;
  readonly node?: string;
  readonly redact: readonly string[];
  readonly scope?: CaptureScope;
  readonly memoryLimit?: number;
  readonly maximumBatch?: number;
  readonly idle?: number;
  readonly answerTimeout?: number;
  readonly logLevel: LogLevel;
}

const program = addCertificateOptions(
  createProgram(
    'aggregator',
    'Takes batches from the capture filters of one node, turns them into captures and sends those to the analysis service.',
  ),
)
  .addOption(
    option('--listen <address>', 'where filters post batches')
      .argParser(toAddress)
      .default({ host: '', port: 21_080 }, ':21080'),
  )
  .addOption(option('--plaintext', 'take batches without TLS: loopback addresses and unix sockets only').default(false))
  .addOption(option('--analysis <address>', 'the analysis service, host:port or unix:/path').argParser(toAddress))
  .addOption(
    option(
      '--analysis-name <name>',
      "DNS name that the analysis service's certificate must have (default: the host of --analysis)",
    ),
  )
  .addOption(
    option(
      '--analysis-identity <spiffe-id>',
      'identity to accept in a certificate of the analysis service without DNS names (default: none)',
    ),
  )
  .addOption(
    option(
      '--trust-domain <name>',
      "SPIFFE trust domain of the proxies (default: any that the mesh's authority signs)",
    ),
  )
  .addOption(
    option('--status <address>', 'where /healthz and /metrics are served (default: nowhere)').argParser(toAddress),
  )
  .addOption(option('--node <name>', 'Kubernetes node that this runs on'))
  .addOption(
    option('--redact <names>', 'header fields to redact, separated by commas')
      .argParser(toList)
      .default(credentialFields, credentialFields.join(',')),
  )
  .addOption(
    option('--scope <json>', 'what is captured; anything else is dropped here (default: everything)').argParser(
      toScope,
    ),
  )
  .addOption(
    option('--memory-limit <bytes>', "memory to stay below, 256Mi or more (default: the container's limit)").argParser(
      toBytes,
    ),
  )
  .addOption(option('--maximum-batch <bytes>', 'longest batch (default: 4Mi)').argParser(toBytes))
  .addOption(
    option('--idle <duration>', 'silence after which an open exchange is closed (default: 1h)').argParser(toDuration),
  )
  .addOption(
    option('--answer-timeout <duration>', 'how long to wait for a Diameter answer (default: 30s)').argParser(
      toDuration,
    ),
  )
  .addOption(
    option('--log-level <level>', 'lowest level to log').choices(['debug', 'info', 'warning', 'error']).default('info'),
  )
  .action(async (options: Options) => {
    const log = createProcessLog('aggregator', options.logLevel);
    const { analysis } = options;
    if (!analysis)
      return program.error('error: the address of the analysis service is missing: --analysis <host:port>');
    let aggregator: Aggregator | null = null;
    closeOnSignal(async () => aggregator?.close());
    try {
      limitHeap(options.memoryLimit ?? memoryLimit());
      aggregator = await createAggregator({ ...options, analysis, identity: await openIdentity(options, log), log });
    } catch (error) {
      log.error('the aggregator cannot start', { reason: errorText(error) });
      process.exitCode = 1;
    }
  });

await program.parseAsync();
