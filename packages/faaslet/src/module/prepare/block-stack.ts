import type { LoopForm } from './loop-forms.ts';

/** A block that is open. */
interface OpenBlock {
  /** How many loops were doubled from the function's body down to it, itself included. */
  readonly doubled: number;
  /** Undefined for one that is no loop. */
  readonly form: LoopForm | undefined;
}

/**
 * The blocks that are open where a function body is read. Some loops become two, one in the other, and the guest's branches
 * go to the inner one. A branch out of such a pair passes one label more than before.
 */
export class BlockStack {
  readonly #open: OpenBlock[] = [{ doubled: 0, form: undefined }];
  #loops = 0;

  /** Loops that are open. */
  get loops(): number {
    return this.#loops;
  }

  /** A block opens; `form` for a loop. */
  open(form?: LoopForm): void {
    this.#open.push({ doubled: this.#top + (form?.isDoubled === true ? 1 : 0), form });
    if (form !== undefined) this.#loops += 1;
  }

  /** A block ends. Whether it was a doubled loop, which ends twice. */
  close(): boolean {
    const form = this.#open.pop()?.form;
    if (form !== undefined) this.#loops -= 1;
    return form?.isDoubled === true;
  }

  /** The label that means the block which `label` meant: branches pass one label more for each loop in between. */
  label(label: number): number {
    const target = this.#open.at(-1 - label)?.doubled ?? 0;
    return label + this.#top - target;
  }

  /** What stands in for a branch to `label` that is taken on a condition, when it is the way back of a loop that counts. */
  back(label: number): ReturnType<NonNullable<LoopForm['back']>> | undefined {
    return this.#open.at(-1 - label)?.form?.back?.(this.label(label));
  }

  get #top(): number {
    return this.#open.at(-1)?.doubled ?? 0;
  }
}
