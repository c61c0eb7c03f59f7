import type { Device } from '../nodes/device.ts';
import type { ReadOnlyNode } from '../read-only-tree.ts';

/** What lies below a call's own writes: what was given to the function, and devices. */
export type LayerNode =
  | ReadOnlyNode
  | { readonly kind: 'device'; readonly device: Device }
  | { readonly kind: 'directory'; readonly entries: LayerEntries };

/** The names of one directory of a layer. */
export type LayerEntries = ReadonlyMap<string, LayerNode>;
