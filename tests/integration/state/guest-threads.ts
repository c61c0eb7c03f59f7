import type { Worker } from 'node:worker_threads';

const threads = new Set<Worker>();

process.on('worker', (thread) => {
  if (thread.threadName !== 'executor') return;
  threads.add(thread);
  thread.once('exit', () => threads.delete(thread));
});

/** Ends all threads of this process that run guests, as a fault of one would. They are replaced. */
export async function endGuestThreads(): Promise<void> {
  await Promise.all([...threads].map((thread) => thread.terminate()));
}
