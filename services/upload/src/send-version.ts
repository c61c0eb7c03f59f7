import { openBundle, treeEntries, writeTar, type WritableEntry } from '@faasm/filesystem';
import { versionArchiveEntries, type FunctionStore } from '@faasm/functions';
import type { FunctionRef } from '@faasm/protocol';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { TAR_MEDIA_TYPE, WASM_MEDIA_TYPE } from './media-types.ts';

/** A version, and where it is. */
export interface SentVersion {
  readonly store: Pick<FunctionStore, 'read' | 'readFiles'>;
  readonly ref: FunctionRef;
  readonly digest: string;
}

/** Answers with the module of a version, as it was uploaded. Throws `version.unknown`. */
export async function sendModule(
  reply: FastifyReply,
  { store, ref, digest }: SentVersion,
): Promise<FastifyReply> {
  const { buffer } = await store.read(ref, digest);
  return await reply.type(WASM_MEDIA_TYPE).header('etag', `"${digest}"`).send(Buffer.from(buffer));
}

/** Answers with an archive of a version, which can be uploaded again as it is. Throws `version.unknown`. */
export async function sendArchive(
  reply: FastifyReply,
  { store, ref, digest }: SentVersion,
): Promise<FastifyReply> {
  const module = await store.read(ref, digest);
  const bundle = await store.readFiles(ref, digest);
  const files = bundle === undefined ? [] : treeEntries(openBundle(bundle));
  const archive = Readable.from(bytesOf(versionArchiveEntries(module, files)), { objectMode: false });
  return await reply.type(TAR_MEDIA_TYPE).header('etag', `"${digest}.tar"`).send(archive);
}

function* bytesOf(entries: Iterable<WritableEntry>): Generator<Uint8Array, void> {
  // A stream takes nothing for a piece without bytes.
  for (const bytes of writeTar(entries)) if (bytes.byteLength > 0) yield bytes;
}
