import { functionRef } from '@faasm/protocol';
import type { CallGateway } from '@faasm/scheduler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import type { InputRoom } from './input-room.ts';

/** What is asked for room. */
export interface RoomSources {
  readonly gateway: CallGateway;
  readonly room: InputRoom;
  /** Largest input, in bytes. */
  readonly inputBytesMax: number;
}

/** Smaller bodies come in with one read, so that there is nothing to gain before it. */
export const SMALL_BODY_BYTES = 65_536;

type Invocation = FastifyRequest<{ Params: { user: string; func: string } }>;

/**
 * A hook that asks for room for a large body before it is read, so that a refusal costs neither its time nor its memory.
 * A body is held until its request is answered, whatever becomes of its call.
 */
export function askForRoom(
  sources: RoomSources,
): (request: Invocation, reply: FastifyReply, done: () => void) => Promise<void> | undefined {
  const { inputBytesMax } = sources;
  return (request, reply, done) => {
    const inputBytes = bodyBytes(request.headers, inputBytesMax);
    if (inputBytes > SMALL_BODY_BYTES && inputBytes <= inputBytesMax) {
      return enter(inputBytes, { request, reply, sources });
    }
    done();
    return undefined;
  };
}

async function enter(
  inputBytes: number,
  { request, reply, sources }: { request: Invocation; reply: FastifyReply; sources: RoomSources },
): Promise<void> {
  const { gateway, room } = sources;
  const ref = functionRef(request.params.user, request.params.func);
  await gateway.checkRoom(ref, inputBytes);
  // The caller may have left meanwhile.
  if (!reply.raw.closed) reply.raw.once('close', room.enter({ user: ref.user, inputBytes }));
}

/** Bytes of the body; the most that there may be when its length is not known before its end. */
function bodyBytes(headers: IncomingHttpHeaders, inputBytesMax: number): number {
  if (headers['transfer-encoding'] !== undefined) return inputBytesMax;
  return Number(headers['content-length'] ?? 0);
}
