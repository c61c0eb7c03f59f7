import { put } from '@faasm/functions/contracts';
import { functionRef } from '@faasm/protocol';
import { openDataDirectory } from '../data-directory.ts';
import { DirectoryFunctionStore } from '../directory-function-store.ts';

/** Publishes versions of one function until it is killed; prints a line for each. A test runs it as a process. */
const [path = ''] = process.argv.slice(2);
const store = new DirectoryFunctionStore(await openDataDirectory(path));
await store.recover();
for (let i = 0; ; i++) {
  const { current } = await put(store, functionRef('demo', 'echo'), Buffer.from(`body ${process.pid} ${i}`));
  process.stdout.write(`${current}\n`);
}
