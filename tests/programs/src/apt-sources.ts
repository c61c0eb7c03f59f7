import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Longest run of apt, in milliseconds: the index of Debian's sources is 10 MB. */
const APT_TIMEOUT_MS = 180_000;

/** The archive that this machine installs from, as apt tells it: where it is, the release, and the component. */
const TARGETS = [
  'indextargets',
  '--format',
  'deb-src $(SITE) $(CODENAME) $(COMPONENT)',
  'Created-By: Packages',
  'Origin: Debian',
];

/** Debian's source packages, by an apt whose settings and lists lie in a folder: the machine's stay as they are. */
export class AptSources {
  /** A settings file for apt, for its variable `APT_CONFIG`. */
  readonly config: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.config = join(folder, 'apt.conf');
  }

  /**
   * Reads the index of the release that this machine runs into `folder`. Rejects with apt's messages where apt is
   * missing, names no archive of Debian's, or does not reach it.
   */
  static async open(folder: string): Promise<AptSources> {
    const sources = new AptSources(folder);
    await sources.#configure();
    await sources.#apt(['update'], folder);
    return sources;
  }

  /** Downloads the authors' archives of a source package into the existing folder `into`. Rejects with apt's messages. */
  async download(name: string, into: string): Promise<void> {
    await this.#apt(['source', '--download-only', '--tar-only', name], into);
  }

  async #configure(): Promise<void> {
    for (const name of ['lists/partial', 'cache/archives/partial'])
      await mkdir(join(this.#folder, name), { recursive: true });
    const [archive] = (await run('apt-get', TARGETS)).stdout.split('\n');
    if (archive === undefined || archive === '') throw new Error('apt-get names no archive of Debian');
    await writeFile(join(this.#folder, 'sources.list'), `${archive}\n`);
    const settings = {
      'Dir::Etc::SourceList': join(this.#folder, 'sources.list'),
      'Dir::Etc::SourceParts': '/dev/null',
      'Dir::State::Lists': join(this.#folder, 'lists'),
      'Dir::Cache': join(this.#folder, 'cache'),
      // Another user could not write to the folder.
      'APT::Sandbox::User': 'root',
      'Acquire::Retries': '3',
      // An index that cannot be fetched would be a warning, and the source package then unknown.
      'APT::Update::Error-Mode': 'any',
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";\n`);
    await writeFile(this.config, lines.join(''));
  }

  async #apt(args: readonly string[], cwd: string): Promise<void> {
    const env = { ...process.env, LC_ALL: 'C', APT_CONFIG: this.config };
    await run('apt-get', ['--quiet', ...args], { cwd, env, timeout: APT_TIMEOUT_MS });
  }
}
