import { writeTar, type WritableEntry } from '@faasm/filesystem';
import { versionArchiveEntries } from '@faasm/functions';
import { FaasmProcess } from '@faasm/test-support';
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lua's scripts handle strings of 32 MiB, several at a time. */
const MEMORY_LIMIT_BYTES = 512 * 1024 * 1024;

/** A function to upload. */
interface NewFunction {
  /** `USER/FUNCTION`. */
  readonly name: string;
  readonly wasm: Uint8Array;
  readonly files?: readonly WritableEntry[];
  readonly args?: readonly string[];
}

/** How a call ended. */
interface Called {
  /** Of the HTTP answer. */
  readonly status: number;
  readonly output: Buffer;
}

/** A standalone server with a folder of its own. */
export class FunctionServer {
  readonly #process: FaasmProcess;
  readonly #folder: string;

  private constructor(process: FaasmProcess, folder: string) {
    this.#process = process;
    this.#folder = folder;
  }

  static async start(): Promise<FunctionServer> {
    const folder = await mkdtemp(join(tmpdir(), 'faasm-programs-'));
    const process = await FaasmProcess.start({
      args: ['start', '--port', '0', '--upload-port', '0', '--data-dir', join(folder, 'data')],
      env: { DEMO_FUNCTIONS: 'off', MEMORY_LIMIT_BYTES: String(MEMORY_LIMIT_BYTES) },
      roles: ['edge', 'upload'],
    });
    return new FunctionServer(process, folder);
  }

  /** Base URLs of calls and of uploads. */
  get urls(): { readonly edge: string; readonly uploads: string } {
    return { edge: this.#process.url('edge'), uploads: this.#process.url('upload') };
  }

  /** Uploads a function with its files, and expects that the host has all that it imports. */
  async deploy({ name, wasm, files = [], args = [] }: NewFunction): Promise<void> {
    const url = `${this.urls.uploads}/f/${name}`;
    const body = Buffer.concat([...writeTar(versionArchiveEntries(wasm, files))]);
    const answer = await fetch(url, {
      method: 'PUT',
      body,
      headers: { 'content-type': 'application/x-tar' },
    });
    const text = await answer.text();
    assert.equal(answer.status, 201, text);
    assert.doesNotMatch(text, /"warnings":\["/, text);
    const settings = JSON.stringify({ arguments: args });
    const headers = { 'content-type': 'application/json' };
    const set = await fetch(`${url}/settings`, { method: 'PUT', body: settings, headers });
    assert.equal(set.status, 200, await set.text());
  }

  /** Calls a function with `input`. */
  async call(name: string, input: string | Uint8Array<ArrayBuffer> = ''): Promise<Called> {
    const answer = await fetch(`${this.urls.edge}/f/${name}`, { method: 'POST', body: input });
    return { status: answer.status, output: Buffer.from(await answer.arrayBuffer()) };
  }

  /** The output of a call, as text. Fails, with the answer, when the call did. */
  async print(name: string, input = ''): Promise<string> {
    const { status, output } = await this.call(name, input);
    assert.equal(status, 200, output.toString());
    return output.toString();
  }

  /** Ends the server and removes its folder. */
  async stop(): Promise<void> {
    await this.#process.stop();
    await rm(this.#folder, { recursive: true });
  }
}
