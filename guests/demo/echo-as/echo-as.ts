// Answers with its input.
import { getInput, setOutput } from '../../assemblyscript/faasm';

export function _start(): void {
  setOutput(getInput());
}
