/** Undoes a change of what the process does. */
export type Restore = () => void;

/** Replaces a method of a class until it is restored. */
export function method<T extends object, Name extends keyof T>(
  of: { prototype: T },
  name: Name,
  made: (before: T[Name]) => T[Name],
): Restore {
  const before = of.prototype[name];
  of.prototype[name] = made(before);
  return () => {
    of.prototype[name] = before;
  };
}
