/** Why the gate cannot go on; it ends the run with this message alone. */
export class GateError extends Error {
  override readonly name = 'GateError';
}
