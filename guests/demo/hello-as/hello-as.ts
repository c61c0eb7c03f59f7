// Greets whom its input names, or the world, on standard output.
import { getInput, print } from '../../assemblyscript/faasm';

export function _start(): void {
  const name = String.UTF8.decode(getInput());
  print(`Hello, ${name.length > 0 ? name : 'world'}!\n`);
}
