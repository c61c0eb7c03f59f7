import { callLog, type CallOutcome } from '@faasm/protocol';
import { CALL_EVENTS, type CallFinished } from './call-events.ts';
import type { LogFeed } from './log-feed.ts';

/** How calls end that others end: their run is over a little later, when the queue has their result already. */
const ENDED_BY_OTHERS: ReadonlySet<string> = new Set(['call.cancelled', 'call.deadline']);

/** Shows the logs of the calls that this process runs. The returned function ends it. */
export function publishLogs(feed: LogFeed): () => void {
  const finished = (message: unknown): void => {
    const { call, result, settled } = message as CallFinished;
    if (!feed.isFollowed(call.function)) return;
    if (settled || wasEndedByOthers(result.outcome)) feed.publish(callLog(call, result));
  };
  CALL_EVENTS.finished.subscribe(finished);
  return () => {
    CALL_EVENTS.finished.unsubscribe(finished);
  };
}

function wasEndedByOthers(outcome: CallOutcome): boolean {
  return outcome.type === 'error' && ENDED_BY_OTHERS.has(outcome.code);
}
