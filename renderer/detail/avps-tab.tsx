import type { DiameterDetail, FlowDetail } from '../../app/api/types.ts';
import { AvpTree } from './avp-tree.tsx';
import { Fields } from './fields.tsx';

/** Both Diameter messages with their AVPs as trees. */
export function AvpsTab({ detail }: { readonly detail: FlowDetail }) {
  const { request, answer } = detail;
  return (
    <div className="two-columns">
      <section className="message-side">
        {request?.kind === 'diameter' ? (
          <DiameterMessage title="Request" message={request} />
        ) : (
          <p className="muted">The request was not seen.</p>
        )}
      </section>
      <section className="message-side">
        {answer?.kind === 'diameter' ? (
          <DiameterMessage title="Answer" message={answer} />
        ) : (
          <p className="muted">There is no answer.</p>
        )}
      </section>
    </div>
  );
}

function DiameterMessage({ title, message }: { readonly title: string; readonly message: DiameterDetail }) {
  return (
    <>
      <h3>
        {title} <span className="muted">{message.command}</span>
      </h3>
      <Fields
        entries={[
          { name: 'Application', value: message.application },
          { name: 'Flags', value: message.flags.join(', ') },
          { name: 'Hop-by-Hop Identifier', value: hexadecimal(message.hopByHopId) },
          { name: 'End-to-End Identifier', value: hexadecimal(message.endToEndId) },
        ]}
      />
      <AvpTree label={`AVPs of the ${title.toLowerCase()}`} avps={message.avps} />
    </>
  );
}

function hexadecimal(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
