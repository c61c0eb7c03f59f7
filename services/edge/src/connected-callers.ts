import type { WaitingCaller } from '@faasm/scheduler';
import type { Socket } from 'node:net';

/**
 * Who waits for answers on which connection: when it closes, their waits end. One listener a connection, since one for
 * each request costs as much as finding its route.
 */
export class ConnectedCallers {
  readonly #waiting = new WeakMap<Socket, WaitingCaller[]>();

  /** `remove` must follow. */
  add(connection: Socket, caller: WaitingCaller): void {
    const callers = this.#waiting.get(connection);
    if (callers !== undefined) callers.push(caller);
    else this.#watch(connection, [caller]);
    if (connection.destroyed) caller.end('left');
  }

  remove(connection: Socket, caller: WaitingCaller): void {
    const callers = this.#waiting.get(connection) ?? [];
    const at = callers.indexOf(caller);
    if (at >= 0) callers.splice(at, 1);
  }

  #watch(connection: Socket, callers: WaitingCaller[]): void {
    this.#waiting.set(connection, callers);
    connection.once('close', () => {
      for (const caller of callers) caller.end('left');
    });
  }
}
