import assert from 'node:assert/strict';

/** One HTTP answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** What a request may carry. */
export interface RequestParts {
  readonly method?: string;
  readonly body?: Uint8Array | string;
  readonly headers?: Record<string, string>;
}

/** Sends a request and reads the whole answer. */
export async function send(url: string, parts: RequestParts = {}): Promise<Answer> {
  const response = await fetch(url, { method: 'GET', ...parts });
  return {
    status: response.status,
    headers: response.headers,
    body: Buffer.from(await response.arrayBuffer()),
  };
}

/** `POST` with a body. */
export async function post(
  url: string,
  body: Uint8Array | string = '',
  headers: Record<string, string> = {},
): Promise<Answer> {
  return await send(url, { method: 'POST', body, headers });
}

/** The body as JSON, with its fields. */
export function json(answer: Answer): Record<string, unknown> {
  return JSON.parse(answer.body.toString()) as Record<string, unknown>;
}

/** Uploads a module and expects it to be accepted. */
export async function upload(
  uploadUrl: string,
  name: string,
  wasm: Uint8Array,
): Promise<Record<string, unknown>> {
  const answer = await send(`${uploadUrl}/f/${name}`, { method: 'PUT', body: wasm });
  assert.ok(
    answer.status === 201 || answer.status === 200,
    `upload of ${name}: ${answer.status} ${answer.body.toString()}`,
  );
  return json(answer);
}

/** Expects a problem of the catalogue and returns its fields. */
export function assertProblem(answer: Answer, status: number, code: string): Record<string, unknown> {
  assert.equal(answer.status, status, answer.body.toString());
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  const problem = json(answer);
  assert.equal(problem['code'], code);
  assert.equal(problem['status'], status);
  return problem;
}

/** A stream of lines of JSON that a server sends until it or we end it. */
export class Followed implements AsyncDisposable {
  readonly #stop: AbortController;
  readonly #lines: AsyncIterator<string>;

  private constructor(stop: AbortController, lines: AsyncIterator<string>) {
    this.#stop = stop;
    this.#lines = lines;
  }

  /** Resolves once the server has answered, so that everything from then on is seen. */
  static async open(url: string): Promise<Followed> {
    const stop = new AbortController();
    const response = await fetch(url, { signal: stop.signal });
    assert.equal(response.status, 200);
    assert.ok(response.body !== null);
    // Held at once: what nobody reads yet is cancelled when its response is collected as garbage.
    return new Followed(stop, linesOf(response.body.getReader()));
  }

  /** The next line that is not empty. */
  async next(): Promise<Record<string, unknown>> {
    const { done, value } = await this.#lines.next();
    assert.notEqual(done, true, 'The stream has ended');
    return JSON.parse(String(value)) as Record<string, unknown>;
  }

  /** Whether the stream ends without another line. */
  async ended(): Promise<boolean> {
    return (await this.#lines.next()).done === true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.resolve();
  }
}

async function* linesOf(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + Buffer.from(value).toString()).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter((line) => line !== '');
  }
}
