import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCommandLine, UsageError } from './command-line.ts';

const KNOWN = ['echo', 'state'];

describe('parseCommandLine', () => {
  it('runs every benchmark with 20 rounds where nothing else is said', () => {
    assert.deepEqual(parseCommandLine([], KNOWN), {
      type: 'run',
      names: KNOWN,
      rounds: 20,
      seconds: 2,
      write: false,
    });
  });

  it('takes names, each once, and options in any order', () => {
    assert.deepEqual(parseCommandLine(['--rounds', '25', 'echo', '--write', '--seconds=1', 'echo'], KNOWN), {
      type: 'run',
      names: ['echo'],
      rounds: 25,
      seconds: 1,
      write: true,
    });
  });

  it('lists', () => {
    assert.deepEqual(parseCommandLine(['--list'], KNOWN), { type: 'list' });
  });

  it('refuses what it does not know, naming it', () => {
    const wrong: readonly [args: string[], message: RegExp][] = [
      [['ecko'], /No benchmark is named "ecko"; there is: echo, state/],
      [['--fast'], /--fast/],
      [['--rounds', '1'], /--rounds is a whole number from 2 to 1000, received "1"/],
      [['--rounds', '2.5'], /received "2\.5"/],
      [['--seconds', '0'], /--seconds is a whole number from 1 to 600, received "0"/],
      [['--write', '--rounds', '19'], /--write needs at least 20 rounds, received 19/],
    ];
    for (const [args, message] of wrong) {
      assert.throws(
        () => parseCommandLine(args, KNOWN),
        (error) => error instanceof UsageError && message.test(error.message),
        args.join(' '),
      );
    }
  });
});
