/** A function that a guest can import or export; an imported one may return a promise. */
type NumberFunction = (...values: number[]) => unknown;

/** The JavaScript Promise Integration, which V8 ships and the type library does not have yet. */
interface PromiseIntegration {
  readonly Suspending: new (target: NumberFunction) => NumberFunction;
  readonly promising: (exported: NumberFunction) => (...values: number[]) => Promise<unknown>;
}

const integration = WebAssembly as unknown as PromiseIntegration;

/** An import that suspends the guest while the promise that `target` may return is not settled. */
export function suspending(target: NumberFunction): (value: number) => number {
  return new integration.Suspending(target) as (value: number) => number;
}

/** An exported function as one whose guest can be suspended. Rejects with the guest's trap. */
export function suspendable(exported: NumberFunction): (...values: number[]) => Promise<unknown> {
  return integration.promising(exported);
}
