import { memo } from 'react';
import type { FlowRow } from '../../app/api/types.ts';
import { plainLine } from '../../app/flows/plain-text.ts';
import type { Party } from '../../app/model/flow.ts';
import { type Column, durationText, partyParts, partyTitle, sizeText, statusText } from './columns.ts';
import { shortPodName } from './pod-name.ts';
import { protocolClass, statusClass } from './protocol.ts';

interface Props {
  readonly row: FlowRow | undefined;
  readonly index: number;
  readonly top: number;
  readonly selected: boolean;
  readonly columns: readonly Column[];
}

/** A row of the list. Drawn again only when its flow changed: the cache keeps the identity of unchanged rows. */
export const FlowRowView = memo(function FlowRowView({ row, index, top, selected, columns }: Props) {
  const protocol = row ? ` ${protocolClass(row.protocol)}` : '';
  return (
    <div
      role="row"
      id={`flow-${index}`}
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      className={`flow-row${selected ? ' is-selected' : ''}${protocol}`}
      style={{ transform: `translateY(${top}px)` }}
    >
      {columns.map((column) => (
        <div
          key={column.id}
          role="gridcell"
          data-column={column.id}
          className={`cell cell-${column.id} is-${column.align}`}
        >
          {row ? <Cell column={column} row={row} /> : null}
        </div>
      ))}
    </div>
  );
});

function Cell({ column, row }: { readonly column: Column; readonly row: FlowRow }) {
  switch (column.id) {
    case 'protocol':
      return row.protocol;
    case 'source':
      return <PartyCell party={row.source} />;
    case 'destination':
      return (
        <>
          <span className="arrow">→</span>
          <PartyCell party={row.destination} />
        </>
      );
    case 'target':
      return (
        <>
          <span className="ellipsis">{plainLine(row.target)}</span>
          <Marks row={row} />
        </>
      );
    case 'status':
      return <span className={statusClass(row)}>{statusText(row)}</span>;
    case 'duration':
      return durationText(row);
    case 'size':
      return sizeText(row);
    default:
      return plainLine(column.text(row));
  }
}

/** The suffix of a pod's name is the first to go where there is little room: it wraps to where it is not seen. */
function PartyCell({ party }: { readonly party: Party }) {
  const [namespace, name] = partyParts(party).map(plainLine) as [string, string];
  const [workload, suffix] = shortPodName(name);
  return (
    <span className="party" title={partyTitle(party)}>
      <span className="ellipsis">
        <span className="namespace">{namespace}</span>
        {workload}
      </span>
      <span className="muted">{suffix}</span>
    </span>
  );
}

/** What is open, cut, incomplete or broken is said beside the target. */
function Marks({ row }: { readonly row: FlowRow }) {
  return (
    <>
      {row.state === 'open' && row.messageCount[0] + row.messageCount[1] > 0 ? (
        <span className="mark">live</span>
      ) : null}
      {row.cut ? <span className="mark">cut</span> : null}
      {row.lossy ? <span className="mark">incomplete</span> : null}
      {row.severity === 'error' ? <span className="mark is-error">broken</span> : null}
    </>
  );
}
