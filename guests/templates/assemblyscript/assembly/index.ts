// Greets whom its input names, or the world.
import { getInput, setOutput } from './faasm';

export function _start(): void {
  let name = String.UTF8.decode(getInput());
  if (name.length == 0) name = 'world';

  setOutput(String.UTF8.encode(`Hello, ${name}!`));
}
