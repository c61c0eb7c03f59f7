import type { CallOutcome } from '@faasm/protocol';
import { LinearMemory } from '../memory/linear-memory.ts';
import type { FaasletModule } from '../faaslet-module.ts';
import type { Guest, GuestOutcome } from '../guest.ts';
import { PAGE_BYTES } from '../module/memory-type.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { sparseExtents } from '../snapshot/sparse-extents.ts';
import type { FaasletParts } from './faaslet.ts';
import { captureTables } from './function-table.ts';
import { initializeGuest, trapOutcome } from './guest-life.ts';
import { pagesMax } from './pages-max.ts';
import { PreparedInstance } from './prepared-instance.ts';

/** What a function's initialisation left: a snapshot, unless it failed. */
export interface Initialization {
  readonly snapshot: Snapshot | undefined;
  readonly left: GuestOutcome;
}

/**
 * Instantiates a module and runs its constructors and its zygote, once, so that no call has to. The guest's failures
 * are outcomes; it never rejects because of what the guest does (I13).
 */
export async function initializeFaaslet(
  source: FaasletModule,
  guest: Guest,
  parts: FaasletParts,
): Promise<Initialization> {
  const { slot, thread } = parts;
  const pages = source.facts.memory?.minPages ?? 0;
  const limit = pagesMax(source.facts, parts.memoryBytesMax);
  if (pages > limit) return { snapshot: undefined, left: guest.finish(tooLarge(pages, parts)) };
  slot.clear(pages);
  thread.current = { guest, slot, pagesMax: limit };
  if (source.facts.memory !== undefined)
    guest.memory = new LinearMemory(slot, (message) => guest.trap(`Bad pointer: ${message}`));
  try {
    const instance = new PreparedInstance(source, { ...parts, memory: parts.slot.memory });
    guest.growMemory = (delta) => instance.growMemory(delta);
    guest.runs();
    await initializeGuest(instance, guest);
    if (guest.ended !== undefined) return { snapshot: undefined, left: guest.finish(guest.ended) };
    refuseOpenEnds(guest);
    return { snapshot: capture(source, instance, parts), left: guest.finish({ type: 'success' }) };
  } catch (error) {
    return { snapshot: undefined, left: guest.finish(guest.ended ?? trapOutcome(error)) };
  } finally {
    thread.current = undefined;
  }
}

/** The limit may have become smaller since the module was uploaded. */
function tooLarge(pages: number, { memoryBytesMax }: FaasletParts): CallOutcome {
  const message = `Memory of the function begins with ${pages * PAGE_BYTES} bytes, over the limit of ${memoryBytesMax} bytes`;
  return { type: 'error', code: 'guest.memory_limit', message };
}

/** A snapshot holds nothing of the host, so an initialisation must leave the host's side as it was. */
function refuseOpenEnds(guest: Guest): void {
  const { descriptors, tree } = guest.files;
  const changed = descriptors.changed.join(', ');
  if (changed !== '') guest.trap(`Initialisation opened or closed descriptors and left them so: ${changed}`);
  if (tree.hasChanged) guest.trap('Initialisation wrote files, and no call would find them');
}

function capture(source: FaasletModule, instance: PreparedInstance, parts: FaasletParts): Snapshot {
  const { slot } = parts;
  const keepsFunctions = source.facts.mutableTables > 0 || source.facts.functionGlobals.length > 0;
  const tables = keepsFunctions
    ? captureTables(source, {
        instance,
        fresh: new PreparedInstance(source, { ...parts, memory: parts.slot.memory }),
      })
    : [];
  return {
    pages: slot.pages,
    extents: sparseExtents(slot.bytes.subarray(0, slot.sizeBytes)),
    globals: instance.saveGlobals(),
    tables,
  };
}
