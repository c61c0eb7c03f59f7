/**
 * A file, directory or symbolic link that calls can read and none can change. Names in `entries` are valid UTF-8, neither
 * empty nor `.` or `..`, without `/` and NUL. `bytes` may lie in memory that threads share. `target` is as a guest would
 * have written it, so it may lead anywhere; it is followed within the guest's root.
 */
export type ReadOnlyNode =
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'directory'; readonly entries: ReadonlyMap<string, ReadOnlyNode> }
  | { readonly kind: 'symlink'; readonly target: string };
