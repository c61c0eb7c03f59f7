import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { serveExecutorThread } from '@faasm/executor';
import { THREAD_MUTANTS } from './thread-mutants.ts';

/** What a thread of guests does in which one thing goes wrong. Throws when there is no such mutant. */
export async function serveMutant(name: string): Promise<never> {
  const put = THREAD_MUTANTS[name];
  if (put === undefined) throw new RangeError(`There is no mutant ${JSON.stringify(name)}`);
  put();
  return await serveExecutorThread(new LinuxMemoryMapper());
}
