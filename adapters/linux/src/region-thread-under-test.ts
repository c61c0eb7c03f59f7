import { PAGE_BYTES, type SharedRegion } from '@faasm/faaslet';
import { workerData } from 'node:worker_threads';
import { LinuxMemoryMapper } from './linux-memory-mapper.ts';

const { region, place } = workerData as { readonly region: SharedRegion; readonly place: number };
const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
new LinuxMemoryMapper().control(memory).mapRegion({ region, offset: 0, sizeBytes: PAGE_BYTES }, 0);
const words = new Uint32Array(memory.buffer);
words[place] = (words[0] ?? 0) + 1;
