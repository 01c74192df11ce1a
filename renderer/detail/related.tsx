import type { FlowRow } from '../../app/api/types.ts';
import { calledService, type Relation, relationsOf } from '../../app/filter/relations.ts';
import { useCounts } from '../filter/use-counts.ts';
import { useInspector } from '../state/inspector.ts';
import { formatCount, plural } from '../ui/format.ts';
import './related.css';

/** Flows that belong with this one, each a click away; nothing where it stands alone. */
export function Related({ flow }: { readonly flow: FlowRow }) {
  const relations = relationsOf(flow);
  const service = calledService(flow);
  const ofService = service ? [service.filter, `${service.filter} && flow.error`] : [];
  const counts = useCounts([...relations.map(({ filter }) => filter), ...ofService]);
  const [calls, errors] = counts.slice(relations.length);
  const shared = relations.flatMap((relation, index) => {
    const count = counts[index] ?? 0;
    return count > 1 ? [{ relation, count }] : [];
  });
  if (shared.length === 0 && !calls) return null;
  return (
    <>
      <h3 className="second">Related</h3>
      <ul className="related">
        {shared.map(({ relation, count }) => (
          <RelatedItem key={relation.title} relation={relation} figure={plural(count, 'flow')} />
        ))}
        {service && calls ? (
          <RelatedItem relation={{ ...service, title: `Calls of ${service.title}` }} figure={formatCount(calls)} />
        ) : null}
        {service && calls && errors ? (
          <RelatedItem
            relation={{ title: `Errors of ${service.title}`, filter: `${service.filter} && flow.error` }}
            figure={`${formatCount(errors)} · ${share(errors, calls)}`}
            isError
          />
        ) : null}
      </ul>
    </>
  );
}

interface ItemProps {
  readonly relation: Relation;
  readonly figure: string;
  readonly isError?: boolean;
}

function RelatedItem({ relation, figure, isError = false }: ItemProps) {
  const { commands } = useInspector();
  return (
    <li>
      <button type="button" title={relation.filter} onClick={() => commands.applyFilter(relation.filter)}>
        <span className="ellipsis">{relation.title}</span>
        <span className={isError ? 'data is-error' : 'data'}>{figure} ▸</span>
      </button>
    </li>
  );
}

/** `41 %`, `0.3 %` */
function share(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}
