import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { demoFunctions } from './index.ts';
import { runGuest, type GuestRun } from './run-guest.ts';

/** Red, green, blue and, in a picture with transparency, how opaque. */
type Pixel = readonly number[];

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixel: (x: number, y: number) => Pixel;
}

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

async function ask(input: Uint8Array): Promise<GuestRun & { readonly bytes: Buffer }> {
  const found = (await demoFunctions()).find(({ ref }) => ref.name === 'thumbnail');
  assert.ok(found);
  const run = await runGuest(found.wasm, { input });
  return { ...run, bytes: Buffer.from(run.output ?? []) };
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [size, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(data.byteLength);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, check]);
}

/** A PNG whose lines are not filtered. */
function png({ width, height, pixel }: Picture): Buffer {
  const channels = pixel(0, 0).length;
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, channels === 4 ? 6 : 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const lines = Array.from({ length: height }, (_, y) => [
    0,
    ...Array.from({ length: width }, (_column, x) => pixel(x, y)).flat(),
  ]);
  const data = deflateSync(Buffer.from(lines.flat()));
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.of())]);
}

/** Reads a PNG of four channels, of 8 bits each, as its specification says. */
function readPng(bytes: Buffer): Picture {
  assert.ok(bytes.subarray(0, 8).equals(SIGNATURE));
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  assert.deepEqual([...bytes.subarray(24, 29)], [8, 6, 0, 0, 0]);
  const start = bytes.indexOf('IDAT');
  const lines = inflateSync(bytes.subarray(start + 4, start + 4 + bytes.readUInt32BE(start - 4)));
  const stride = 4 * width;
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < stride; x++) {
      const left = x < 4 ? 0 : (pixels[y * stride + x - 4] ?? 0);
      const up = y === 0 ? 0 : (pixels[(y - 1) * stride + x] ?? 0);
      const corner = x < 4 || y === 0 ? 0 : (pixels[(y - 1) * stride + x - 4] ?? 0);
      const filters = [0, left, up, (left + up) >> 1, paeth(left, up, corner)];
      const filter = filters[lines[y * (stride + 1)] ?? -1];
      assert.ok(filter !== undefined);
      pixels[y * stride + x] = (lines[y * (stride + 1) + 1 + x] ?? 0) + filter;
    }
  return { width, height, pixel: (x, y) => [...pixels.subarray(y * stride + 4 * x, y * stride + 4 * x + 4)] };
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const far = (value: number): number => Math.abs(estimate - value);
  if (far(left) <= far(up) && far(left) <= far(corner)) return left;
  return far(up) <= far(corner) ? up : corner;
}

/** Width and height of a JPEG, from its frame header. */
function jpegSize(bytes: Buffer): [number, number] {
  assert.equal(bytes.readUInt16BE(0), 0xffd8);
  const frame = bytes.indexOf(Buffer.of(0xff, 0xc0));
  return [bytes.readUInt16BE(frame + 7), bytes.readUInt16BE(frame + 5)];
}

const blue = (width: number, height: number): Picture => ({ width, height, pixel: () => [0, 0, 255] });

test('thumbnail keeps the shape of a picture and the colours of its parts', async () => {
  const pixel = (x: number, y: number): Pixel =>
    x < 300 ? [250, y < 150 ? 20 : 200, 0, 255] : [0, 0, 90, 128];
  const { bytes, exitCode } = await ask(png({ width: 600, height: 300, pixel }));
  assert.equal(exitCode, 0);
  const small = readPng(bytes);
  assert.deepEqual([small.width, small.height], [256, 128]);
  for (const [x, y, colour] of [
    [3, 3, [250, 20, 0, 255]],
    [100, 120, [250, 200, 0, 255]],
    [250, 60, [0, 0, 90, 128]],
  ] as const)
    for (const [index, value] of small.pixel(x, y).entries())
      assert.ok(Math.abs(value - (colour[index] ?? 0)) <= 1, `${x} ${y}: ${small.pixel(x, y).join()}`);
});

test('thumbnail makes a JPEG of a picture without transparency, and reads JPEG', async () => {
  const first = await ask(png(blue(500, 1000)));
  assert.deepEqual(jpegSize(first.bytes), [128, 256]);
  const again = await ask(Buffer.concat([Buffer.from('size=16\n'), first.bytes]));
  assert.deepEqual([again.exitCode, jpegSize(again.bytes)], [0, [8, 16]]);
});

test('thumbnail leaves the size of a small picture, and takes the size that is asked for', async () => {
  assert.deepEqual(jpegSize((await ask(png(blue(40, 30)))).bytes), [40, 30]);
  const sized = async (size: string, picture: Picture): Promise<GuestRun & { readonly bytes: Buffer }> =>
    await ask(Buffer.concat([Buffer.from(`size=${size}\n`), png(picture)]));
  assert.deepEqual(jpegSize((await sized('1', blue(300, 3))).bytes), [1, 1]);
  assert.deepEqual(jpegSize((await sized('1024', blue(1500, 4))).bytes), [1024, 2]);
  for (const size of ['0', '1025', 'x', '', '-3', '9'.repeat(22)])
    assert.match(
      (await sized(size, blue(2, 2))).stderr,
      /^The size is to be a number from 1 to 1024\n$/,
      size,
    );
});

test('thumbnail refuses what is no picture, a broken one, and one that is too large', async () => {
  for (const input of ['', 'hello', 'size=12\n'])
    assert.match(
      (await ask(Buffer.from(input))).stderr,
      /^The input is no picture that this function can read\n$/,
    );
  const whole = png(blue(100, 100));
  for (const bytes of [whole.subarray(0, 60), Buffer.concat([whole.subarray(0, 45), Buffer.alloc(30)])])
    assert.equal((await ask(bytes)).exitCode, 1);
  const huge = png(blue(1, 1));
  huge.writeUInt32BE(4000, 16);
  huge.writeUInt32BE(2501, 20);
  assert.match((await ask(huge)).stderr, /^The picture has more than 10000000 pixels\n$/);
});
