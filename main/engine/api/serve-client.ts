import * as v from 'valibot';
import type { Handlers, Params, RequestName, Result, ServerFrame } from '../../../app/api/contract.ts';
import type { EventHub } from './event-hub.ts';
import { apiError, RequestError } from './request-error.ts';
import { schemas } from './schemas.ts';

/** Requests of one view that may be worked on at once; a view that asks for more is told so. */
const maximumAtOnce = 256;

const frameSchema = v.object({ id: v.pipe(v.number(), v.safeInteger()), name: v.string(), params: v.unknown() });

/** One view's connection: frames out by `send`, frames in by calling `receive`. */
export interface ClientConnection {
  /** Takes a frame from the view: whatever came, it is checked here. */
  receive(frame: unknown): void;
  /** The view has gone: nothing is sent any more. */
  close(): void;
}

function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(schemas, name);
}

async function answer<N extends RequestName>(handlers: Handlers, name: N, params: unknown): Promise<Result<N>> {
  const checked = v.safeParse(schemas[name], params);
  if (!checked.success) {
    const issue = checked.issues[0];
    const place = v.getDotPath(issue) ?? 'parameters';
    throw new RequestError('request.invalid', `${name}: ${place}: ${issue.message}`);
  }
  return handlers[name](checked.output as Params<N>);
}

/** Answers one view's requests and passes events on to it. Carries no transport of its own. */
export function serveClient(
  handlers: Handlers,
  events: EventHub,
  send: (frame: ServerFrame) => void,
): ClientConnection {
  let open = true;
  let working = 0;
  const stopListening = events.listen((event, data) => send({ event, data }));

  async function work(id: number, name: string, params: unknown): Promise<ServerFrame> {
    try {
      if (working > maximumAtOnce) throw new RequestError('request.busy', 'Too many requests at once.');
      if (!isRequestName(name)) throw new RequestError('request.unknown', `There is no request ${name}.`);
      return { id, result: await answer(handlers, name, params) };
    } catch (error) {
      return { id, error: apiError(error) };
    }
  }

  return {
    receive(frame) {
      const checked = v.safeParse(frameSchema, frame);
      // Without an id there is nothing to answer to.
      if (!open || !checked.success) return;
      const { id, name, params } = checked.output;
      working++;
      void work(id, name, params).then((result) => {
        working--;
        if (open) send(result);
      });
    },
    close() {
      open = false;
      stopListening();
    },
  };
}
