import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { renderResults, withResults } from './result-table.ts';
import { runSuite } from './suite-executor.ts';
import { readSuite } from './suite.ts';

const PAGE = fileURLToPath(new URL('../../../docs/wasi.md', import.meta.url));
const [EXIT_FAILED, EXIT_USAGE] = [1, 2];

const checkout = process.env['WASI_TESTSUITE'];
if (checkout === undefined || checkout === '') {
  process.stderr.write(
    'WASI_TESTSUITE is to name a checkout of the branch prod/testsuite-base of WebAssembly/wasi-testsuite\n',
  );
  process.exitCode = EXIT_USAGE;
} else {
  const results = await runSuite(await readSuite(checkout));
  process.stdout.write(renderResults(results));
  if (process.argv.includes('--write'))
    await writeFile(PAGE, withResults(await readFile(PAGE, 'utf8'), results));
  if (results.some(({ failure }) => failure !== undefined)) process.exitCode = EXIT_FAILED;
}
