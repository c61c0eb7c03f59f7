import type { GuestLimits } from '@faasm/faaslet';
import { FILE_LIMITS } from '@faasm/filesystem';
import {
  launchKey,
  limitInForce,
  sameLaunch,
  type CurrentVersion,
  type LaunchSettings,
  type VersionParts,
} from '@faasm/functions';
import type { FunctionRef } from '@faasm/protocol';

/** A version of a function, and what its guests are held to. */
export interface FunctionVersionRef {
  readonly ref: FunctionRef;
  readonly digest: string;
  readonly limits: GuestLimits;
  /** What they find beside their input. */
  readonly launch: LaunchSettings;
  /** Of a version with files. */
  readonly parts?: VersionParts;
}

/** What is current of a function, with the limits in force: its own, and `operators` where it has none or a larger one. */
export function versionInForce(
  ref: FunctionRef,
  { digest, settings, parts }: CurrentVersion,
  operators: GuestLimits,
): FunctionVersionRef {
  const { limits } = settings;
  const { files = FILE_LIMITS } = operators;
  return {
    ref,
    digest,
    launch: settings,
    ...(parts === undefined ? {} : { parts }),
    limits: {
      memoryBytes: limitInForce(limits.memoryBytes, operators.memoryBytes),
      outputBytes: limitInForce(limits.outputBytes, operators.outputBytes),
      logBytes: limitInForce(limits.logBytes, operators.logBytes),
      files: {
        writtenBytes: limitInForce(limits.writtenBytes, files.writtenBytes),
        writtenEntries: limitInForce(limits.writtenEntries, files.writtenEntries),
        descriptors: limitInForce(limits.descriptors, files.descriptors),
      },
    },
  };
}

/** Whether Faaslets of `a` can run calls of `b`: the same module for the same user, with the same limits and launch. */
export function sameFaaslets(a: FunctionVersionRef, b: FunctionVersionRef): boolean {
  // Mostly they are one and the same.
  if (a === b) return true;
  return (
    a.digest === b.digest &&
    a.ref.user === b.ref.user &&
    a.limits.memoryBytes === b.limits.memoryBytes &&
    a.limits.outputBytes === b.limits.outputBytes &&
    a.limits.logBytes === b.limits.logBytes &&
    sameFileLimits(a.limits, b.limits) &&
    sameLaunch(a.launch, b.launch)
  );
}

function sameFileLimits(
  { files: a = FILE_LIMITS }: GuestLimits,
  { files: b = FILE_LIMITS }: GuestLimits,
): boolean {
  return (
    a.writtenBytes === b.writtenBytes &&
    a.writtenEntries === b.writtenEntries &&
    a.descriptors === b.descriptors
  );
}

/** A key of versions: equal exactly for those that {@link sameFaaslets} holds of. */
export function faasletsKey({ ref, digest, limits, launch }: FunctionVersionRef): string {
  const { memoryBytes, outputBytes, logBytes, files = FILE_LIMITS } = limits;
  const { writtenBytes, writtenEntries, descriptors } = files;
  const bounds = [memoryBytes, outputBytes, logBytes, writtenBytes, writtenEntries, descriptors].join('/');
  return `${ref.user}/${digest}/${bounds}/${launchKey(launch)}`;
}

/** SHA-256 of a version's module. */
export function moduleDigest({ digest, parts }: Pick<FunctionVersionRef, 'digest' | 'parts'>): string {
  return parts?.module ?? digest;
}
