// What state-objects shows in C++, with the same values: the objects that functions share, a command each.
import { getInput, printError, setOutput } from '../../assemblyscript/faasm';
import { AppendLog } from '../../assemblyscript/faasm/append-log';
import { Barrier } from '../../assemblyscript/faasm/barrier';
import { Counter } from '../../assemblyscript/faasm/counter';
import { Matrix } from '../../assemblyscript/faasm/matrix';
import { StateMap } from '../../assemblyscript/faasm/state-map';
import { Vector } from '../../assemblyscript/faasm/vector';

/** counter: how often this was called. */
function showCounter(): string {
  return new Counter('objects/visits').increment().toString();
}

/** vector INDEX NUMBER: sets one of 8 numbers, and shows all. */
function showVector(words: string[]): string {
  const numbers = new Vector<i32>('objects/numbers', 8);
  numbers.pull();
  numbers.set(I32.parseInt(words[1]), I32.parseInt(words[2]));
  numbers.push();
  let shown = '';
  for (let index = 0; index < numbers.size; index++) shown += `${numbers.get(index)} `;
  return shown;
}

/** matrix COLUMN NUMBER: fills one of 10 columns of 20,000 rows, and sums up it and the next. */
function showMatrix(words: string[]): string {
  const table = new Matrix('objects/table', 20_000, 10);
  const first = I32.parseInt(words[1]);
  const size = <usize>table.rowCount * sizeof<f64>();
  const column = table.column(first);
  for (let at: usize = 0; at < size; at += sizeof<f64>()) store<f64>(column + at, F64.parseInt(words[2]));
  table.markDirty(first, 1);
  table.push();
  const beside = table.column((first + 1) % table.columnCount);
  let sum: f64 = 0;
  for (let at: usize = 0; at < size; at += sizeof<f64>())
    sum += load<f64>(column + at) + load<f64>(beside + at);
  return (<i64>sum).toString();
}

/** map put KEY VALUE, map get KEY, map remove KEY, map count. */
function showMap(words: string[]): string {
  const entries = new StateMap('objects/entries');
  const what = words[1];
  if (what == 'count') return entries.keys().length.toString();
  if (what == 'put') return entries.put(words[2], String.UTF8.encode(words[3])) ? 'done' : 'full';
  if (what == 'remove') return entries.remove(words[2]) ? 'done' : 'none';
  const value = entries.get(words[2]);
  return value === null ? 'none' : String.UTF8.decode(value);
}

/** log TEXT: appends it, and shows the first 10. */
function showLog(words: string[]): string {
  const lines = new AppendLog('objects/log', 100);
  lines.append(String.UTF8.encode(words[1]));
  const first = lines.first(10);
  let shown = '';
  for (let index = 0; index < first.length; index++) shown += String.UTF8.decode(first[index]) + ' ';
  return shown;
}

/** barrier COUNT: waits until so many have called. */
function showBarrier(words: string[]): string {
  return new Barrier('objects/barrier', I32.parseInt(words[1])).wait().toString();
}

function show(words: string[]): string | null {
  const name = words[0];
  if (name == 'counter') return showCounter();
  if (name == 'vector') return showVector(words);
  if (name == 'matrix') return showMatrix(words);
  if (name == 'map') return showMap(words);
  if (name == 'log') return showLog(words);
  if (name == 'barrier') return showBarrier(words);
  return null;
}

export function _start(): void {
  const words = String.UTF8.decode(getInput()).split(' ');
  const shown = show(words);
  if (shown === null) {
    printError(`None of counter, vector, matrix, map, log, barrier: ${words[0]}\n`);
    unreachable();
    return;
  }
  setOutput(String.UTF8.encode(shown));
}
