declare global {
  // Names of the JavaScript Promise Integration proposal, which V8 ships and the type library does not have yet.
  namespace WebAssembly {
    /** An import that suspends the guest until the promise that it returns is settled. */
    class Suspending {
      constructor(target: (value: number) => number | Promise<number>);
    }
    /** Makes an exported function one that can be suspended. */
    function promising(exported: (...values: number[]) => unknown): (...values: number[]) => Promise<unknown>;
  }
}

export {};
