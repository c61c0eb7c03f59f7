import type { CallResult } from '@faasm/protocol';
import type { FastifyReply } from 'fastify';
import { writeResult } from './write-result.ts';

/**
 * Answers with the outcome of a call. `last` closes the connection behind the answer: one that its client keeps open would
 * keep a closing server waiting.
 */
export function replyWithResult(
  reply: FastifyReply,
  { result, last }: { result: CallResult; last: boolean },
): FastifyReply {
  reply.hijack();
  if (last) reply.raw.shouldKeepAlive = false;
  writeResult(reply.raw, result);
  return reply;
}
