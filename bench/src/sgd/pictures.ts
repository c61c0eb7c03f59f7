import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const FOLDER = '/usr/share/datasets/fashion-mnist/';
const APT_PACKAGE = 'dataset-fashion-mnist';

const PIXELS = 784;

/** How many pictures there are to learn from. */
export const LEARNT_PICTURES = 19_200;

/** How many others a model is tried on; they follow in the same value. */
export const TRIED_PICTURES = 10_000;

/** Pictures of clothes, one after the other, and of which of ten classes each is. */
interface Pictures {
  readonly images: Uint8Array<ArrayBuffer>;
  readonly labels: Uint8Array<ArrayBuffer>;
}

/** The pictures to learn from, and after them those to try a model on. Rejects if the dataset is not installed. */
export async function readPictures(): Promise<Pictures> {
  const learnt = await readPart('train', LEARNT_PICTURES);
  const tried = await readPart('t10k', TRIED_PICTURES);
  return {
    images: joined(learnt.images, tried.images),
    labels: joined(learnt.labels, tried.labels),
  };
}

/** Files begin with 16 and 8 bytes that say how large they are. */
async function readPart(part: string, count: number): Promise<Pictures> {
  return {
    images: await unpacked(`${part}-images-idx3-ubyte.gz`, { start: 16, sizeBytes: count * PIXELS }),
    labels: await unpacked(`${part}-labels-idx1-ubyte.gz`, { start: 8, sizeBytes: count }),
  };
}

async function unpacked(
  file: string,
  { start, sizeBytes }: { start: number; sizeBytes: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const packed = await readFile(FOLDER + file).catch((cause: unknown) => {
    throw new Error(`No ${FOLDER}${file}; install it with: apt-get install ${APT_PACKAGE}`, { cause });
  });
  const bytes = new Uint8Array(await promisify(gunzip)(packed)).slice(start, start + sizeBytes);
  if (bytes.length !== sizeBytes) throw new Error(`${file} has ${bytes.length} of ${sizeBytes} bytes`);
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}
