import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const MAIN = fileURLToPath(import.meta.resolve('@faasm/cli/main'));
/** Packages that the gate has installed. */
const PACKAGES = new URL('../../guests/apt-packages.txt', import.meta.url);
/** Commands of `faasm` that talk to no server. */
const LOCAL_COMMANDS = 'new|build';

/** Where the server of the pages is, instead of the ports that they name. */
interface ServerUrls {
  readonly edge: string;
  readonly uploads: string;
}

/** Somebody who does what a page says, in a shell. */
export class Reader {
  readonly #home: string;
  readonly #urls: ServerUrls;
  #folder: string;

  private constructor({ home, start, urls }: { home: string; start: string; urls: ServerUrls }) {
    this.#home = home;
    this.#urls = urls;
    this.#folder = start;
  }

  /** `home` is an empty folder, for what the reader needs; `start` is where the page begins. */
  static async create(options: { home: string; start: string; urls: ServerUrls }): Promise<Reader> {
    const { home, urls } = options;
    const flags = `--edge ${urls.edge} --upload-url ${urls.uploads}`;
    const faasm = `exec ${process.execPath} ${MAIN} "$@"`;
    const script = `#!/bin/sh\ncase "$1" in ${LOCAL_COMMANDS}) ${faasm};; *) ${faasm} ${flags};; esac\n`;
    await mkdir(join(home, 'bin'));
    await writeFile(join(home, 'bin/faasm'), script, { mode: 0o755 });
    return new Reader(options);
  }

  /** Runs a line and returns what it prints; the next one begins in the folder where it ends. Fails as it fails. */
  async run(line: string, place: string): Promise<string> {
    if (line.startsWith('apt-get install ')) {
      await assertInstalled(line.split(' ').slice(2), place);
      return '';
    }
    const command = line
      .replaceAll('http://127.0.0.1:8080', this.#urls.edge)
      .replaceAll('http://127.0.0.1:8002', this.#urls.uploads);
    const after = join(this.#home, 'pwd');
    const { PATH = '', HOME = '' } = process.env;
    const env = {
      PATH: `${join(this.#home, 'bin')}:${PATH}`,
      HOME,
      // What is there need not be fetched again, and nothing is reported.
      npm_config_prefer_offline: 'true',
      npm_config_audit: 'false',
      // For faasm doctor, which asks whether its ports are free.
      EDGE_PORT: '0',
      UPLOAD_PORT: '0',
    };
    const run = promisify(execFile)('sh', ['-ec', `${command}\npwd > ${after}`], { cwd: this.#folder, env });
    const { stdout } = await run.catch((error: unknown) => {
      throw new Error(`${place}: ${line} does not work`, { cause: error });
    });
    this.#folder = (await readFile(after, 'utf8')).trimEnd();
    return stdout;
  }

  /** Puts the lines into a file of the folder. */
  async write(path: string, lines: readonly string[]): Promise<void> {
    await mkdir(dirname(join(this.#folder, path)), { recursive: true });
    await writeFile(join(this.#folder, path), `${lines.join('\n')}\n`);
  }

  /** Fails when the file has other lines. */
  async compare(path: string, lines: readonly string[]): Promise<void> {
    assert.equal(`${lines.join('\n')}\n`, await readFile(join(this.#folder, path), 'utf8'), path);
  }
}

async function assertInstalled(names: readonly string[], place: string): Promise<void> {
  const lines = (await readFile(PACKAGES, 'utf8')).split('\n');
  const packages = new Set(lines.map((line) => line.split(/[ #]/)[0]));
  for (const name of names)
    assert.ok(packages.has(name), `${place}: ${name} is not among the packages of the gate`);
}
