import { FaasmError } from '@faasm/protocol';

/**
 * What a queue has room for. Of the room, a user may hold no more than is left free, times the user's weight: alone it
 * gets half, two users a third each, and however many there are, some is left for one who has nothing waiting. So a
 * flood is refused before the others are, and no call that was accepted is ever dropped for it.
 */
export interface QueueBounds {
  /** Calls that wait for a worker, at most. */
  readonly queuedCallsMax: number;
  /** Bytes of the inputs of all calls that have not ended, at most. */
  readonly queuedBytesMax: number;
  /** Calls of one user that have not ended, at most. */
  readonly outstandingCallsPerUserMax: number;
  /** A user's share beside those of others; above 0. */
  readonly weightOf: (user: string) => number;
}

/** A call for which there may be room. */
export interface WantedRoom {
  readonly user: string;
  readonly inputBytes: number;
}

/** Which bound refuses a call. */
export type RoomRefusal = 'user' | 'calls' | 'share of calls' | 'bytes' | 'share of bytes';

/** A call that asks for room, and how full the queue is. */
export interface RoomRequest extends WantedRoom {
  /** Calls that wait, of all and of the user. */
  readonly calls: number;
  readonly userCalls: number;
  /** Bytes of inputs of calls that have not ended, of all and of the user. */
  readonly bytes: number;
  readonly userBytes: number;
  /** Calls of the user that have not ended. */
  readonly outstanding: number;
}

/** Seconds after which a refused caller may try again. */
const RETRY_AFTER_SECONDS = 1;

/** Which bound refuses the call; undefined when there is room. */
export function roomRefusal(request: RoomRequest, bounds: QueueBounds): RoomRefusal | undefined {
  const { user, inputBytes } = request;
  if (request.outstanding >= bounds.outstandingCallsPerUserMax) return 'user';
  const freeCalls = bounds.queuedCallsMax - request.calls;
  if (freeCalls <= 0) return 'calls';
  const weight = bounds.weightOf(user);
  if (request.userCalls > weight * freeCalls) return 'share of calls';
  const freeBytes = bounds.queuedBytesMax - request.bytes;
  if (inputBytes > freeBytes) return 'bytes';
  return inputBytes > 0 && request.userBytes > weight * freeBytes ? 'share of bytes' : undefined;
}

/** The error that tells a caller which bound refused the call. */
export function roomError(
  bounds: QueueBounds,
  { refusal, user, inputBytes }: WantedRoom & { readonly refusal: RoomRefusal },
): FaasmError {
  const { queuedCallsMax, queuedBytesMax, outstandingCallsPerUserMax } = bounds;
  const detail: Record<RoomRefusal, string> = {
    user: `User ${user} has ${outstandingCallsPerUserMax} calls outstanding, which is the limit`,
    calls: `Queue holds ${queuedCallsMax} calls, which is the limit`,
    'share of calls': `User ${user} has its share of the ${queuedCallsMax} calls that the queue may hold`,
    bytes: `There is no room for ${inputBytes} bytes: inputs may have ${queuedBytesMax} bytes together`,
    'share of bytes': `User ${user} has its share of the ${queuedBytesMax} bytes that inputs may have together`,
  };
  const code = refusal === 'user' ? 'user.limit' : 'queue.full';
  return new FaasmError(code, detail[refusal], { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
