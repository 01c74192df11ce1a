import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect, useState } from 'react';
import type { Finding } from '../../app/api/cluster-types.ts';
import type { ClusterCard } from '../../app/api/types.ts';
import { useInspector } from '../state/inspector.ts';
import { messageOf } from '../transport/engine-error.ts';
import { RemedyText } from '../ui/remedy-text.tsx';
import { ValuesSnippet } from './values-snippet.tsx';

const marks: Record<Finding['severity'], React.ReactNode> = {
  error: <CircleAlert size={15} className="is-error" aria-label="Error" />,
  warning: <TriangleAlert size={15} className="is-warning" aria-label="Warning" />,
  info: <Info size={15} className="muted" aria-label="Note" />,
};

type Diagnosis =
  | { readonly phase: 'looking' }
  | { readonly phase: 'failed'; readonly message: string }
  | { readonly phase: 'done'; readonly findings: readonly Finding[] };

/** Why nothing, or too little, comes: each finding with what was read, and what to do. */
export function DoctorSheet({ cluster }: { readonly cluster: ClusterCard }) {
  const { client, commands } = useInspector();
  const [diagnosis, setDiagnosis] = useState<Diagnosis>({ phase: 'looking' });
  const [round, setRound] = useState(0);

  // `round` grows when it is to be looked once more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    let current = true;
    setDiagnosis({ phase: 'looking' });
    client.request('clusters.doctor', { id: cluster.id }).then(
      ({ findings }) => current && setDiagnosis({ phase: 'done', findings }),
      (error: unknown) => current && setDiagnosis({ phase: 'failed', message: messageOf(error) }),
    );
    return () => {
      current = false;
    };
  }, [client, cluster.id, round]);

  const findings = diagnosis.phase === 'done' ? diagnosis.findings : [];
  return (
    <>
      <header className="sheet-head">
        <Dialog.Title>What is wrong in {cluster.name}</Dialog.Title>
      </header>
      <div className="sheet-message">
        {cluster.problem ? <p className="doctor-problem is-warning">{cluster.problem}</p> : null}
        {diagnosis.phase === 'looking' ? (
          <p className="muted" role="status">
            Looking at pods, events, logs and proxies…
          </p>
        ) : null}
        {diagnosis.phase === 'failed' ? (
          <p className="is-error" role="alert">
            {diagnosis.message}
          </p>
        ) : null}
        {diagnosis.phase === 'done' && findings.length === 0 ? <p role="status">Nothing wrong was found.</p> : null}
        <ul className="findings">
          {findings.map((finding) => (
            <li key={`${finding.id} ${finding.title}`}>
              {marks[finding.severity]}
              <div>
                <h3>{finding.title}</h3>
                {finding.evidence.length > 0 ? (
                  <ul className="item-list data" aria-label="Evidence">
                    {finding.evidence.map((line) => (
                      <li key={line}>{line}</li>
                    ))}
                  </ul>
                ) : null}
                <RemedyText text={finding.remedy} />
                {finding.values ? <ValuesSnippet values={finding.values} /> : null}
              </div>
            </li>
          ))}
        </ul>
      </div>
      <footer className="sheet-foot">
        <button
          type="button"
          className="button"
          disabled={findings.length === 0}
          onClick={() => commands.copy(findingsText(cluster, findings), 'Findings')}
        >
          Copy findings
        </button>
        <span className="sheet-space" />
        <button
          type="button"
          className="button"
          disabled={diagnosis.phase === 'looking'}
          onClick={() => setRound(round + 1)}
        >
          Look again
        </button>
        <Dialog.Close className="button is-primary">Close</Dialog.Close>
      </footer>
    </>
  );
}

/** For a message to a colleague. */
function findingsText(cluster: ClusterCard, findings: readonly Finding[]): string {
  const parts = findings.map(({ severity, title, evidence, remedy, values }) =>
    [`${severity}: ${title}`, ...evidence.map((line) => `  ${line}`), `  -> ${remedy}`, values ?? '']
      .join('\n')
      .trimEnd(),
  );
  return [`${cluster.name}: ${cluster.summary}`, ...(cluster.problem ? [cluster.problem] : []), ...parts].join('\n');
}
