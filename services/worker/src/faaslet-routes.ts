import type { Executor } from '@faasm/executor';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';

/** Functions that one answer lists, the busiest first. */
const LISTED_MAX = 1_000;

const Count = Type.Integer({ minimum: 0 });

const FaasletsSchema = Type.Object(
  {
    limit: Type.Integer({ description: 'Faaslets that the process may have' }),
    running: Count,
    idle: Type.Integer({ description: 'Faaslets that wait for a call' }),
    spare: Type.Integer({ description: 'Memories that wait for a Faaslet' }),
    functions: Type.Array(
      Type.Object({
        function: Type.String({ description: 'user/name' }),
        digest: Type.String({ description: 'SHA-256 of the version, in hexadecimal' }),
        running: Count,
        idle: Count,
        warmCalls: Type.Integer({ description: 'Calls that found an idle Faaslet' }),
        restoredCalls: Type.Integer({ description: 'Calls for which one was restored' }),
      }),
    ),
  },
  { $id: 'Faaslets' },
);

/** The route `/faaslets` of a process that runs functions, as a plugin. */
export function faasletRoutes(
  executor: Pick<Executor, 'faaslets' | 'faasletCounts'>,
): (server: FastifyInstance) => Promise<void> {
  return async (server) => {
    server.addSchema(FaasletsSchema);
    server.get(
      '/faaslets',
      {
        schema: {
          tags: ['faaslets'],
          response: { 200: Type.Ref('Faaslets') },
          summary: 'Faaslets of this process by state and function',
        },
      },
      () => {
        const functions = executor
          .faaslets()
          .toSorted((a, b) => b.running - a.running || b.warmCalls - a.warmCalls)
          .slice(0, LISTED_MAX);
        return { ...executor.faasletCounts(), functions };
      },
    );
    await Promise.resolve();
  };
}
