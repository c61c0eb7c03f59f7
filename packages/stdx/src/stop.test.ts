import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stop, type StopSignal } from './stop.ts';

interface Stopper {
  readonly signal: StopSignal;
  readonly abort: (reason: unknown) => void;
}

function own(): Stopper {
  const stop = new Stop();
  return {
    signal: stop,
    abort: (reason) => {
      stop.abort(reason);
    },
  };
}

function nodes(): Stopper {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    abort: (reason) => {
      controller.abort(reason);
    },
  };
}

for (const [name, make] of Object.entries({ Stop: own, AbortSignal: nodes })) {
  test(`${name} tells each listener once, in order, and knows the first reason`, () => {
    const { signal, abort } = make();
    const heard: string[] = [];
    const hear = (who: string) => (): void => {
      heard.push(who);
    };
    const [removed, stranger] = [hear('removed'), hear('stranger')];
    signal.addEventListener('abort', hear('first'), { once: true });
    signal.addEventListener('abort', removed);
    signal.addEventListener('abort', hear('second'));
    signal.removeEventListener('abort', removed);
    signal.removeEventListener('abort', stranger);
    assert.deepEqual([signal.aborted, signal.reason], [false, undefined]);
    abort('why');
    abort('why not');
    signal.addEventListener('abort', hear('late'));
    assert.deepEqual([signal.aborted, signal.reason], [true, 'why']);
    assert.deepEqual(heard, ['first', 'second']);
  });
}
