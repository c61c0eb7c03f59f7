import { ensureAptPackages, readPackageLists } from './apt-packages.ts';
import { GateError } from './gate-error.ts';
import { REPOSITORY_ROOT } from './repository-root.ts';
import { runCommand } from './run-command.ts';

/** Scripts of the root package.json that must pass, in order of how often they find something. */
const CHECKS = ['format:check', 'lint', 'types', 'dead'];

/** Every test there is: a new file is run without being listed anywhere. */
const TESTS = '{packages,adapters,services,guests,bench,docs,tests}/**/*.test.ts';

/** Two files at once keep two cores busy; more only make servers wait for each other. */
const FILES_AT_ONCE = 2;

/** Longest test, in milliseconds; starting pods takes minutes. */
const TEST_TIMEOUT_MS = 4 * 60_000;

/**
 * Longest run of all tests, in milliseconds. The runner's own limit is for a test and not for a file, which can hang
 * after its last one: when interrupted, the runner says which, and sums up.
 */
const TESTS_TIMEOUT_MS = 13 * 60_000;

// An interrupted run leaves through the exit handlers, which clean up.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  process.exitCode = (await gate()) ? 0 : 1;
} catch (error) {
  if (!(error instanceof GateError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Runs everything, whatever fails, so that one run tells all. The tests come last: their summary ends the output. */
async function gate(): Promise<boolean> {
  announce('packages');
  await ensureAptPackages(await readPackageLists(REPOSITORY_ROOT));
  const failed: string[] = [];
  for (const check of CHECKS) {
    announce(check);
    if (!(await runCommand('npm', ['run', '--silent', check]))) failed.push(check);
  }
  if (failed.length > 0) announce(`failed so far: ${failed.join(', ')}; the tests run nevertheless`);
  announce('tests');
  const passed = await runCommand(process.execPath, testArguments(), { timeoutMs: TESTS_TIMEOUT_MS });
  if (!passed) failed.push('tests');
  if (failed.length > 0) process.stderr.write(`Failed: ${failed.join(', ')}\n`);
  return failed.length === 0;
}

function testArguments(): string[] {
  const options = [`--test-concurrency=${FILES_AT_ONCE}`, `--test-timeout=${TEST_TIMEOUT_MS}`];
  return ['--test', '--test-reporter=spec', ...options, TESTS];
}

function announce(what: string): void {
  process.stdout.write(`── ${what}\n`);
}
