import { ChevronRight } from 'lucide-react';
import { Switch } from 'radix-ui';
import { useState } from 'react';
import type { ClusterCard, ClusterState, ReceiverConnection } from '../../app/api/types.ts';
import { isCapturing } from '../state/engine-state.ts';
import { useInspector } from '../state/inspector.ts';
import { formatCount, formatCountdown } from '../ui/format.ts';
import { useNow } from '../ui/use-now.ts';
import { CardMenu } from './card-menu.tsx';
import { ExtendMenu } from './extend-menu.tsx';
import { currentStep } from './steps-list.tsx';

const stateWords: Record<ClusterState, string> = {
  off: 'off',
  enabling: 'switching on…',
  capturing: 'capturing',
  degraded: 'capturing, not all of it',
  disabling: 'switching off…',
  unreachable: 'cannot be reached',
};

const stateClasses: Record<ClusterState, string> = {
  off: 'is-ok',
  enabling: 'is-warning',
  capturing: 'is-error',
  degraded: 'is-error',
  disabling: 'is-warning',
  unreachable: 'is-warning',
};

/** A cluster: its switch, what it is, and while it captures what comes and what is lost. */
export function ClusterCardView({ cluster }: { readonly cluster: ClusterCard }) {
  const { clusterControl, commands } = useInspector();
  const now = useNow(cluster.until !== null);
  const capturing = isCapturing(cluster);
  const changing = cluster.state === 'enabling' || cluster.state === 'disabling';
  const step = changing ? currentStep(cluster.steps) : '';

  // The demo has nothing to choose and leaves nothing behind.
  function turn(on: boolean): void {
    if (cluster.kind === 'demo') void commands.switchCluster(cluster.id, on);
    else if (on) clusterControl.show('enable', cluster.id);
    else clusterControl.askDisable(cluster.id);
  }

  return (
    <li className={`cluster-card${capturing ? ' is-capturing' : ''}`}>
      <div className="cluster-head">
        <span className={`dot ${stateClasses[cluster.state]}`} />
        <span className="cluster-name ellipsis" title={cluster.name}>
          {cluster.name}
        </span>
        {cluster.kind === 'kubernetes' ? <CardMenu cluster={cluster} /> : null}
        <Switch.Root
          className="switch"
          checked={capturing || cluster.state === 'enabling'}
          disabled={changing}
          aria-label={`Capture in ${cluster.name}`}
          onCheckedChange={turn}
        >
          <Switch.Thumb className="switch-thumb" />
        </Switch.Root>
      </div>
      <p className="muted">
        {[cluster.summary, cluster.state === 'off' ? '' : stateWords[cluster.state]].filter(Boolean).join(' · ')}
      </p>
      {step ? (
        <p className="cluster-step">
          {step}{' '}
          <button
            type="button"
            className="text-button"
            onClick={() => clusterControl.show(cluster.state === 'enabling' ? 'enable' : 'disable', cluster.id)}
          >
            Show
          </button>
        </p>
      ) : null}
      {cluster.state === 'off' && cluster.slotInPlace ? (
        <p className="cluster-step">
          Slot in place, idle{' '}
          <button
            type="button"
            className="text-button"
            aria-label={`Take the slot out of ${cluster.name}`}
            onClick={() => clusterControl.askDisable(cluster.id)}
          >
            Take it out
          </button>
        </p>
      ) : null}
      {cluster.problem ? <Problem cluster={cluster} /> : null}
      {capturing ? (
        <dl className="cluster-figures">
          <Figure name="pods" value={formatCount(cluster.pods)} />
          <Figure name="flows/s" value={formatCount(Math.round(cluster.flowsPerSecond))} />
          <Loss cluster={cluster} />
          <Receiver connection={cluster.connection} />
          {cluster.holder && cluster.kind === 'kubernetes' ? <Figure name="by" value={cluster.holder} /> : null}
          {cluster.kind === 'kubernetes' ? <Lease cluster={cluster} now={now} /> : null}
        </dl>
      ) : null}
    </li>
  );
}

function Problem({ cluster }: { readonly cluster: ClusterCard }) {
  const { clusterControl } = useInspector();
  return (
    <p className="cluster-problem is-warning">
      {cluster.problem}{' '}
      {cluster.kind === 'kubernetes' ? (
        <button
          type="button"
          className="text-button"
          aria-label={`Why? What is wrong in ${cluster.name}`}
          onClick={() => clusterControl.show('doctor', cluster.id)}
        >
          Why?
        </button>
      ) : null}
    </p>
  );
}

/** When the capture ends by itself, and the way to let it end later. */
function Lease({ cluster, now }: { readonly cluster: ClusterCard; readonly now: number }) {
  return (
    <div>
      <dt>lease</dt>
      <dd>
        <span className={cluster.until === null ? 'is-warning' : ''}>
          {cluster.until === null ? 'until off' : formatCountdown(cluster.until - now)}
        </span>{' '}
        <ExtendMenu cluster={cluster} className="text-button" />
      </dd>
    </div>
  );
}

/** Nothing while it is connected; else since when it is not, and when it is tried again. */
function Receiver({ connection: { state, since, nextTry } }: { readonly connection: ReceiverConnection }) {
  const isGone = state !== 'connected' && state !== 'none';
  const now = useNow(isGone);
  if (!isGone) return null;
  const again = nextTry === null ? 'trying' : `again in ${Math.max(0, Math.ceil((nextTry - now) / 1_000))} s`;
  return <Figure name={state} value={`${formatCountdown(now - since)} · ${again}`} warning />;
}

function Figure({
  name,
  value,
  warning = false,
}: {
  readonly name: string;
  readonly value: string;
  readonly warning?: boolean;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={`ellipsis${warning ? ' is-warning' : ''}`} title={value}>
        {value}
      </dd>
    </div>
  );
}

/** What was lost, and on demand in which pod, where on the way, and why. */
function Loss({ cluster }: { readonly cluster: ClusterCard }) {
  const [open, setOpen] = useState(false);
  if (cluster.lost === 0) return <Figure name="lost" value="0" />;
  return (
    <>
      <div>
        <dt>lost</dt>
        <dd>
          <button type="button" className="loss-button is-warning" aria-expanded={open} onClick={() => setOpen(!open)}>
            {formatCount(cluster.lost)}
            <ChevronRight size={12} className={open ? 'is-turned' : ''} />
          </button>
        </dd>
      </div>
      {open
        ? cluster.losses.map((loss) => (
            <div key={`${loss.namespace}/${loss.pod} ${loss.stage} ${loss.kind} ${loss.reason}`} className="loss">
              <dt>
                {loss.namespace}/{loss.pod}
                <span className="faint">
                  {' '}
                  {loss.stage} · {loss.kind} · {loss.reason}
                </span>
              </dt>
              <dd>{formatCount(loss.count)}</dd>
            </div>
          ))
        : null}
    </>
  );
}
