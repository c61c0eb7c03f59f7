/** Whether a file is TypeScript that Node or the compiler reads. Guests in AssemblyScript look alike and are not. */
export function isTypeScript(path: string): boolean {
  return path.endsWith('.ts') && !/^guests\/(assemblyscript|templates|[^/]+\/[^/]+-as)\//.test(path);
}

/**
 * Whether a file runs only where this repository is developed: tests, contracts of ports, what both stand on, and the
 * tools that build the guests. Such files may use packages that a process in production does not have.
 */
export function isDevelopment(path: string): boolean {
  return (
    path.startsWith('tests/') ||
    path.startsWith('guests/src/build') ||
    /(\.test|\.contract|-under-test|\/contracts)\.ts$/.test(path)
  );
}
