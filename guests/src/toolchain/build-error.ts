/** Why a function could not be built: what is missing, what is wrong with the source, or what its compiler said. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}

/** What is missing of a toolchain, as Debian names it. */
export interface MissingPackages {
  /** What needs them, such as `C functions`. */
  readonly what: string;
  readonly missing: readonly string[];
  /** Everything that `what` needs: the names to install, which apt leaves alone where they are there. */
  readonly needed: readonly string[];
}

/** The error that says which Debian packages to install. */
export function missingPackages({ what, missing, needed }: MissingPackages): BuildError {
  return new BuildError(
    `${what} need Debian packages that are not installed: ${missing.join(', ')}; ` +
      `as root: apt-get install ${needed.join(' ')}`,
  );
}
