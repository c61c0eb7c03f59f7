import type { GuestLimits } from '@faasm/faaslet';
import { limitInForce, type CurrentVersion } from '@faasm/functions';
import type { FunctionRef } from '@faasm/protocol';

/** A version of a function, and what its guests are held to. */
export interface FunctionVersionRef {
  readonly ref: FunctionRef;
  readonly digest: string;
  readonly limits: GuestLimits;
}

/** What is current of a function, with the limits in force: its own, and `operators` where it has none or a larger one. */
export function versionInForce(
  ref: FunctionRef,
  { digest, settings: { limits } }: CurrentVersion,
  operators: GuestLimits,
): FunctionVersionRef {
  return {
    ref,
    digest,
    limits: {
      memoryBytes: limitInForce(limits.memoryBytes, operators.memoryBytes),
      outputBytes: limitInForce(limits.outputBytes, operators.outputBytes),
      logBytes: limitInForce(limits.logBytes, operators.logBytes),
    },
  };
}

/** Whether Faaslets of `a` can run calls of `b`: the same module for the same user, with the same limits. */
export function sameFaaslets(a: FunctionVersionRef, b: FunctionVersionRef): boolean {
  return (
    a.digest === b.digest &&
    a.ref.user === b.ref.user &&
    a.limits.memoryBytes === b.limits.memoryBytes &&
    a.limits.outputBytes === b.limits.outputBytes &&
    a.limits.logBytes === b.limits.logBytes
  );
}
