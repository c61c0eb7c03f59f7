import { utf8 } from '@faasm/stdx';
import { NULL_DEVICE, RANDOM_DEVICE } from '../nodes/device.ts';
import type { LayerEntries, LayerNode } from './layer.ts';

function directory(entries: Readonly<Record<string, LayerNode>>): LayerNode {
  return { kind: 'directory', entries: new Map(Object.entries(entries)) };
}

/** What every function finds, below its own files; part of the guest ABI. */
export const COMMON_FILES: LayerEntries = new Map(
  Object.entries({
    etc: directory({ hosts: { kind: 'file', bytes: utf8('127.0.0.1\tlocalhost\n') } }),
    tmp: directory({}),
    dev: directory({
      null: { kind: 'device', device: NULL_DEVICE },
      urandom: { kind: 'device', device: RANDOM_DEVICE },
    }),
    home: directory({ faasm: directory({}) }),
  }),
);
