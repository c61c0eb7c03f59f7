import { execFile } from 'node:child_process';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GateError } from './gate-error.ts';
import { runCommand } from './run-command.ts';
import { withoutServices } from './without-services.ts';

/** Where lists of packages may lie: each folder names what its own tests need. */
const LISTS = '{adapters,bench,guests,k8s,tests}/**/apt-packages.txt';

const PACKAGE_NAME = /^[a-z0-9][a-z0-9+.-]+$/;

/** Names of a list: one a line, `#` begins a comment. Throws {@link GateError} for a line that is no package name. */
export function parsePackageList(text: string, path: string): string[] {
  const names = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return names.filter((name, index) => {
    if (name === '' || PACKAGE_NAME.test(name)) return name !== '';
    throw new GateError(`${path}:${index + 1}: ${JSON.stringify(name)} is not the name of a Debian package`);
  });
}

/** Names of all lists under `root`, sorted, each once. */
export async function readPackageLists(root: string): Promise<string[]> {
  const names = new Set<string>();
  for await (const path of glob(LISTS, { cwd: root, exclude: (entry) => entry === 'node_modules' })) {
    for (const name of parsePackageList(await readFile(join(root, path), 'utf8'), path)) names.add(name);
  }
  return [...names].toSorted();
}

/**
 * The names among `wanted` that `dpkg-query`'s output does not report as installed. The output has a line
 * `NAME STATUS` for each package that dpkg has heard of.
 */
export function notInstalled(wanted: readonly string[], dpkgOutput: string): string[] {
  const installed = new Set(
    dpkgOutput.split('\n').flatMap((line) => {
      const [name, status] = line.split(' ');
      return name !== undefined && status === 'installed' ? [name] : [];
    }),
  );
  return wanted.filter((name) => !installed.has(name));
}

/** Installs what is missing of `wanted`. Throws {@link GateError}, naming the packages, when that cannot be done. */
export async function ensureAptPackages(wanted: readonly string[]): Promise<void> {
  const missing = notInstalled(wanted, await queryDpkg(wanted));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    throw new GateError(
      `The tests need Debian packages that are not installed. As root: apt-get install --no-install-recommends ${missing.join(' ')}`,
    );
  }
  process.stdout.write(`Installing ${missing.join(' ')}\n`);
  const installed = await withoutServices(
    async () =>
      (await aptGet(['update'])) &&
      (await aptGet(['install', '--yes', '--no-install-recommends', ...missing])),
  );
  if (!installed)
    throw new GateError(`apt-get could not install ${missing.join(' ')}; its reasons are above`);
}

async function aptGet(args: readonly string[]): Promise<boolean> {
  const options = ['--quiet', '-oAcquire::Retries=3', '-oDPkg::Lock::Timeout=120', '-oDPkg::Use-Pty=0'];
  return await runCommand('apt-get', [...options, ...args], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** dpkg-query ends with 1 when it has never heard of a package, and still reports the others. */
async function queryDpkg(names: readonly string[]): Promise<string> {
  const format = '--showformat=${Package} ${db:Status-Status}\\n';
  return await new Promise((resolve, reject) => {
    execFile('dpkg-query', ['--show', format, ...names], (error, stdout) => {
      if (error === null || error.code === 1) resolve(stdout);
      else if (error.code === 'ENOENT') reject(new GateError(withoutDpkg(names)));
      else reject(error);
    });
  });
}

function withoutDpkg(names: readonly string[]): string {
  return `The tests run on Debian, and dpkg-query is not there. They need what Debian calls ${names.join(' ')}`;
}
