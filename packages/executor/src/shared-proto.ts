import type { GuestLimits, MemoryMapper, ProtoFaaslet } from '@faasm/faaslet';
import type { GuestLaunch } from '@faasm/host-interface';

/** What a Proto-Faaslet is shared with. */
export interface SharedProtoOptions {
  readonly mapper: MemoryMapper;
  /** What its guests are held to. */
  readonly limits: GuestLimits;
  /** What they are started with. */
  readonly launch: GuestLaunch;
  /** The bundle of the function's files, which threads share; undefined when it has none. */
  readonly files: Uint8Array<SharedArrayBuffer> | undefined;
}

let nextId = 0;

/**
 * A Proto-Faaslet that threads share. Its image is a file descriptor, whose number another file could get once it is
 * closed: so it stays open until no thread and no call can still map it.
 */
export class SharedProto {
  /** Names it among all of the process. */
  readonly id: number;
  readonly proto: ProtoFaaslet;
  readonly limits: GuestLimits;
  readonly launch: GuestLaunch;
  readonly files: Uint8Array<SharedArrayBuffer> | undefined;
  readonly #mapper: MemoryMapper;
  #holders = 0;
  #evicted = false;
  #closed = false;

  constructor(proto: ProtoFaaslet, { mapper, limits, launch, files }: SharedProtoOptions) {
    nextId = (nextId + 1) >>> 0;
    this.id = nextId;
    this.proto = proto;
    this.limits = limits;
    this.launch = launch;
    this.files = files;
    this.#mapper = mapper;
  }

  /** Keeps the image open until it is released as often. */
  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    this.#closeWhenUnused();
  }

  /** The image is closed as soon as nobody holds it. */
  evict(): void {
    if (this.#evicted) return;
    this.#evicted = true;
    this.#closeWhenUnused();
  }

  #closeWhenUnused(): void {
    if (!this.#evicted || this.#closed || this.#holders > 0) return;
    // Only once: its number may be another file's by now.
    this.#closed = true;
    const { image } = this.proto.reset;
    if (image !== undefined) this.#mapper.closeImage(image);
  }
}
