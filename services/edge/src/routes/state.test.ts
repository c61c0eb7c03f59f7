import { stateKey } from '@faasm/state';
import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf, startStateServer, type StateServer } from './state-routes-under-test.ts';

/** After this a test that waits for what never comes has failed. */
const options = { timeout: 60_000 };

const ANY = { 'content-type': 'application/octet-stream' };

/** Writes a whole value, and returns its entity tag. */
async function put(
  { send }: StateServer,
  path: string,
  body: Uint8Array<ArrayBuffer> | string,
): Promise<string> {
  const { status, headers, body: answer } = await send(path, { method: 'PUT', body });
  assert.equal(status, 200, answer.toString());
  return String(headers.get('etag'));
}

test(
  'PUT /s/USER/KEY writes a value that GET and HEAD tell byte for byte, until DELETE',
  options,
  async (t) => {
    const server = await startStateServer(t);
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff);
    const tag = await put(server, '/s/demo/weights', bytes);
    const whole = await server.send('/s/demo/weights');
    assert.equal(whole.status, 200);
    assert.ok(whole.body.equals(bytes));
    for (const method of ['GET', 'HEAD']) {
      const { headers } = await server.send('/s/demo/weights', { method });
      assert.equal(headers.get('etag'), tag);
      assert.equal(headers.get('content-length'), '3000000');
      assert.equal(headers.get('content-type'), 'application/octet-stream');
      assert.equal(headers.get('accept-ranges'), 'bytes');
    }
    assert.deepEqual(server.bytes, { read: 6_000_000, written: 3_000_000 });
    assert.equal((await server.send('/s/demo/weights', { method: 'DELETE' })).status, 204);
    for (const method of ['GET', 'DELETE'])
      assert.equal(codeOf(await server.send('/s/demo/weights', { method })), '404 state.unknown');
    assert.equal((await server.send('/s/demo/weights', { method: 'HEAD' })).status, 404);
  },
);

test('PUT /s/USER/KEY replaces the bytes of a value, and refuses another size', options, async (t) => {
  const server = await startStateServer(t);
  const first = await put(server, '/s/demo/k', 'hello');
  assert.notEqual(await put(server, '/s/demo/k', 'world'), first);
  for (const body of ['worlds', '', 'x'.repeat(100_000)])
    assert.equal(codeOf(await server.send('/s/demo/k', { method: 'PUT', body })), '409 state.size_mismatch');
  assert.equal((await server.send('/s/demo/k')).body.toString(), 'world');
  await put(server, '/s/demo/empty', '');
  const { status, body } = await server.send('/s/demo/empty');
  assert.deepEqual([status, body.byteLength], [200, 0]);
});

test(
  'PUT /s/USER/KEY with Content-Range writes a part of a value, also of one that is not there',
  options,
  async (t) => {
    const server = await startStateServer(t);
    const write = async (range: string, body: string): Promise<string> => {
      const answer = await server.send('/s/demo/k', {
        method: 'PUT',
        body,
        headers: { ...ANY, 'content-range': range },
      });
      return answer.status === 200 ? answer.body.toString() : codeOf(answer);
    };
    assert.deepEqual(JSON.parse(await write('bytes 2-4/6', 'abc')), { key: 'k', sizeBytes: 6, version: 1 });
    assert.equal(JSON.parse(await write('bytes 0-0/6', 'x')).version, 2);
    assert.equal((await server.send('/s/demo/k')).body.toString(), 'x\0abc\0');
    assert.equal(await write('bytes 0-0/7', 'x'), '409 state.size_mismatch');
    for (const range of [
      'bytes 0-1/6',
      'bytes 5-6/6',
      'bytes 3-2/6',
      'bytes */6',
      'bytes 0-0/*',
      'lines 0-0/6',
      '0-0/6',
      '',
    ])
      assert.equal(await write(range, 'x'), '400 request.bad_header', range);
    assert.equal((await server.send('/s/demo/k')).body.toString(), 'x\0abc\0');
  },
);

test('GET /s/USER/KEY answers every Range as a model of RFC 9110 does', options, async (t) => {
  const server = await startStateServer(t);
  const bytes = Uint8Array.from({ length: 200 }, (_, at) => at);
  await put(server, '/s/demo/k', bytes);
  const at = fc.nat(250);
  const range = fc.oneof(
    fc.tuple(at, at).map(([first, last]) => ({ header: `bytes=${first}-${last}`, from: first, to: last })),
    at.map((first) => ({ header: `bytes=${first}-`, from: first, to: Infinity })),
    at.map((count) => ({ header: `bytes=-${count}`, from: 200 - count, to: Infinity })),
  );
  const property = fc.asyncProperty(range, async ({ header, from, to }) => {
    const expected = bytes.filter((byte) => byte >= from && byte <= to);
    const answer = await server.send('/s/demo/k', { headers: { range: header } });
    if (to < from) assert.equal(codeOf(answer), '400 request.bad_header');
    else if (expected.length === 0) {
      assert.equal(codeOf(answer), '416 state.bad_range');
      assert.equal(answer.headers.get('content-range'), 'bytes */200');
    } else {
      assert.equal(answer.status, 206);
      assert.deepEqual([...answer.body], [...expected]);
      assert.equal(answer.headers.get('content-range'), `bytes ${expected[0]}-${expected.at(-1)}/200`);
    }
  });
  await fc.assert(property, { numRuns: 200 });
});

test(
  'GET /s/USER/KEY sends all when Range is of another unit or If-Range of another version, and refuses several',
  options,
  async (t) => {
    const server = await startStateServer(t);
    const tag = await put(server, '/s/demo/k', 'hello');
    const get = async (headers: Record<string, string>): Promise<string> => {
      const answer = await server.send('/s/demo/k', { headers });
      return answer.status < 300 ? `${answer.status} ${answer.body.toString()}` : codeOf(answer);
    };
    assert.equal(await get({ range: 'lines=1-2' }), '200 hello');
    assert.equal(await get({ range: 'bytes=1-2', 'if-range': tag }), '206 el');
    assert.equal(await get({ range: 'bytes=1-2', 'if-range': '"0"' }), '200 hello');
    assert.equal(await get({ range: 'bytes=1-2', 'if-match': tag }), '206 el');
    assert.equal(await get({ range: 'bytes=1-2', 'if-match': '"99"' }), '412 state.conflict');
    for (const range of [
      'bytes=0-1,3-4',
      'bytes=',
      'bytes=-',
      'bytes=a-b',
      'bytes=0x1-2',
      `bytes=${'9'.repeat(20)}-`,
    ])
      assert.equal(await get({ range }), '400 request.bad_header', range);
  },
);

test(
  'PUT and DELETE /s/USER/KEY with If-Match and If-None-Match are compare-and-set: of many at once one wins (I6)',
  options,
  async (t) => {
    const server = await startStateServer(t);
    const change = async (
      method: 'PUT' | 'DELETE',
      headers: Record<string, string>,
      body = 'x',
    ): Promise<string> => {
      const answer = await server.send('/s/demo/k', {
        method,
        headers,
        ...(method === 'PUT' ? { body } : {}),
      });
      return answer.status < 300 ? 'made' : codeOf(answer);
    };
    const conflict = '412 state.conflict';
    assert.equal(await change('PUT', { 'if-match': '"1"' }), conflict);
    const many = async (headers: Record<string, string>): Promise<void> => {
      const outcomes = await Promise.all(Array.from({ length: 8 }, async () => await change('PUT', headers)));
      assert.deepEqual(outcomes.sort(), [...Array.from({ length: 7 }, () => conflict), 'made']);
    };
    await many({ 'if-none-match': '*' });
    const tag = String((await server.send('/s/demo/k')).headers.get('etag'));
    await many({ 'if-match': tag });
    assert.equal(await change('DELETE', { 'if-match': tag }), conflict);
    assert.equal(await change('DELETE', { 'if-none-match': '*' }), conflict);
    const large = 'x'.repeat(100_000);
    assert.equal(await change('PUT', { 'if-match': tag }, large), '409 state.size_mismatch');
    const bad = [
      { 'if-match': '*' },
      { 'if-match': '1' },
      { 'if-match': 'W/"1"' },
      { 'if-match': '"1", "2"' },
    ];
    for (const headers of [...bad, { 'if-none-match': '"1"' }, { 'if-none-match': '*', 'if-match': '"1"' }])
      for (const method of ['PUT', 'DELETE'] as const)
        assert.equal(await change(method, headers as Record<string, string>), '400 request.bad_header');
    const now = String((await server.send('/s/demo/k')).headers.get('etag'));
    assert.equal(await change('DELETE', { 'if-match': now }), 'made');
  },
);

test(
  'GET /s/USER/KEY?wait answers with 304 until there is another version than If-None-Match names',
  options,
  async (t) => {
    const server = await startStateServer(t);
    const wait = async (tag: string, time = '50s', method = 'GET'): Promise<string> => {
      const answer = await server.send(`/s/demo/k?wait=${time}`, {
        method,
        headers: { 'if-none-match': tag },
      });
      if (answer.status >= 400 && method === 'GET') return codeOf(answer);
      return `${answer.status} ${answer.headers.get('etag')} ${answer.body.toString()}`;
    };
    const created = wait('"0"');
    const tag = await put(server, '/s/demo/k', 'one');
    assert.equal(await created, `200 ${tag} one`);
    assert.equal(await wait('"0"'), `200 ${tag} one`);
    assert.equal(await wait(`"99", W/${tag}`, '1ms'), `304 ${tag} `);
    const changed = wait(tag, '50s', 'HEAD');
    const removed = wait(tag);
    await server.send('/s/demo/k', { method: 'DELETE' });
    assert.equal(await changed, '404 null ');
    assert.equal(await removed, '404 state.unknown');
    assert.equal(await wait('"0"', '1ms'), '404 state.unknown');
    const again = await put(server, '/s/demo/k', 'two');
    assert.equal((await server.send('/s/demo/k', { headers: { 'if-none-match': '*' } })).status, 304);
    const waits = Promise.all([wait(again), wait('*')]);
    server.drain();
    assert.deepEqual(await waits, [`304 ${again} `, `304 ${again} `]);
    assert.equal(codeOf(await server.send('/s/demo/k?wait=1s')), '400 request.bad_query');
    assert.equal(await wait(again, 'soon'), '400 request.bad_query');
  },
);

test('GET /s/USER lists the values of a user page by page', options, async (t) => {
  const server = await startStateServer(t);
  const keys = ['Z', 'a', 'a/b c', 'a%41', 'ä', '\u{1f600}'];
  for (const key of keys) await put(server, `/s/demo/${encodeURIComponent(key)}`, key);
  await put(server, '/s/other/b', 'x');
  const list = async (
    query: string,
  ): Promise<{ values: { key: string; sizeBytes: number; version: number }[]; next?: string }> =>
    JSON.parse((await server.send(`/s/demo${query}`)).body.toString()) as never;
  const all = await list('');
  assert.deepEqual(
    all.values.map(({ key }) => key),
    ['Z', 'a', 'a%41', 'a/b c', 'ä', '\u{1f600}'],
  );
  assert.deepEqual([all.values[4]?.sizeBytes, all.next], [2, undefined]);
  assert.deepEqual(await list('?limit=6'), all);
  const first = await list('/?limit=4');
  assert.deepEqual([first.values, first.next], [all.values.slice(0, 4), 'a/b c']);
  const rest = await list(`?limit=4&after=${encodeURIComponent(String(first.next))}`);
  assert.deepEqual([rest.values, rest.next], [all.values.slice(4), undefined]);
  assert.deepEqual(JSON.parse((await server.send('/s/nobody')).body.toString()), { values: [] });
  for (const query of ['limit=0', 'limit=1001', 'limit=x', 'limit=1.5', 'limit=1&limit=2'])
    assert.equal(codeOf(await server.send(`/s/demo?${query}`)), '400 request.bad_query', query);
  assert.equal(codeOf(await server.send('/s/demo?after=%00')), '400 state.bad_key');
});

test(
  'routes of state decode a key once, and keep two users with equal keys apart (I5)',
  options,
  async (t) => {
    const server = await startStateServer(t);
    for (const [path, key] of [
      ['a/b/c', 'a/b/c'],
      ['a%2Fb', 'a/b'],
      ['%2541', '%41'],
      ['%41', 'A'],
      ['a+b%20c', 'a+b c'],
      ['..%2Fetc', '../etc'],
      ['%C3%A4', 'ä'],
      ['a%3Fb%23c', 'a?b#c'],
      ['end%2F', 'end/'],
      ['a//b', 'a//b'],
    ] as const) {
      await put(server, `/s/one/${path}`, `one ${key}`);
      await put(server, `/s/two/${path}`, `two ${key}`);
      assert.notEqual(await server.tier.describe(stateKey('one', key)), undefined, path);
      assert.equal((await server.send(`/s/one/${path}`)).body.toString(), `one ${key}`);
      assert.equal((await server.send(`/s/two/${path}`)).body.toString(), `two ${key}`);
    }
  },
);

test('routes of state refuse keys, users and paths that are none (I13)', options, async (t) => {
  const server = await startStateServer(t);
  const refusals = {
    '/s/demo/a%00b': '400 state.bad_key',
    '/s/demo/a%0Ab': '400 state.bad_key',
    '/s/demo/%C2%80': '400 state.bad_key',
    [`/s/demo/${'k'.repeat(257)}`]: '400 state.bad_key',
    [`/s/demo/${'%C3%A4'.repeat(129)}`]: '400 state.bad_key',
    [`/s/demo/${'k'.repeat(10_000)}`]: '400 state.bad_key',
    '/s/demo/%ZZ': '400 request.bad_path',
    '/s/demo/%80': '400 request.bad_path',
    '/s/demo/%ED%A0%80': '400 request.bad_path',
    '/s/-demo/k': '400 request.bad_name',
    '/s/a%2Fb/k': '400 request.bad_name',
    '/s//k': '400 request.bad_name',
  };
  for (const [path, expected] of Object.entries(refusals)) {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const answer = await server.send(path, { method, ...(method === 'PUT' ? { body: 'x' } : {}) });
      assert.equal(codeOf(answer), expected, `${method} ${path}`);
    }
  }
  assert.equal(codeOf(await server.send('/s/-demo')), '400 request.bad_name');
  assert.deepEqual(await server.tier.list('demo', { limit: 10 }), []);
});
