import type { Removal } from '../../../app/mesh/removal.ts';
import { createProcessLog, errorText, type LogLevel } from '../../log.ts';
import type { SocketAddress } from '../address.ts';
import { closeOnSignal, createProgram, option, toAddress, toDuration } from '../command-line.ts';
import type { Listening } from '../listen.ts';
import { memoryMetrics } from '../metrics.ts';
import { createStatusServer } from '../status-server.ts';
import { createClusterApi } from './cluster-api.ts';
import { type LeaseKeeper, startLeaseKeeper } from './lease-keeper.ts';
import { toRemoval } from './removal-option.ts';

interface Options {
  readonly lease: string;
  readonly removal: Removal;
  readonly status?: SocketAddress;
  readonly serviceAccount: string;
  readonly lookEvery: number;
  readonly logLevel: LogLevel;
}

const program = createProgram('lease-keeper', 'Ends a capture whose lease nobody renews, from inside the cluster.')
  .addOption(option('--lease <namespace/name>', 'lease to keep').makeOptionMandatory())
  .addOption(
    option('--removal <json>', 'what to set idle and remove once it has run out')
      .argParser(toRemoval)
      .makeOptionMandatory(),
  )
  .addOption(
    option('--status <address>', 'where /healthz and /metrics are served (default: nowhere)').argParser(toAddress),
  )
  .addOption(
    option('--service-account <folder>', 'where the service account is mounted').default(
      '/var/run/secrets/kubernetes.io/serviceaccount',
    ),
  )
  .addOption(
    option('--look-every <duration>', 'how often the lease is looked at').argParser(toDuration).default(5_000, '5s'),
  )
  .addOption(
    option('--log-level <level>', 'lowest level to log').choices(['debug', 'info', 'warning', 'error']).default('info'),
  )
  .action(async ({ lease, removal, status, serviceAccount, lookEvery, logLevel }: Options) => {
    const log = createProcessLog('lease-keeper', logLevel);
    let keeper: LeaseKeeper | null = null;
    let server: Listening | null = null;
    closeOnSignal(async () => {
      keeper?.close();
      await server?.close();
    });
    try {
      const clock = () => performance.now();
      keeper = startLeaseKeeper({ api: createClusterApi(serviceAccount), lease, removal, clock, lookEvery, log });
      const { problems } = keeper;
      server = status ? await createStatusServer(status, { problems, metrics: memoryMetrics }) : null;
    } catch (error) {
      log.error('the lease keeper cannot start', { reason: errorText(error) });
      keeper?.close();
      process.exitCode = 1;
    }
  });

await program.parseAsync();
