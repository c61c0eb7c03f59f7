import { valueProblem } from '@faasm/functions';
import { FaasmError } from '@faasm/protocol';

/** What a header can hold of a word. */
const PRINTABLE = /^[\x21-\x7e]+$/;

/** Of a bad argument, at most so many characters are repeated. */
const SHOWN_CHARS_MAX = 64;

/**
 * The arguments of a call as its header has them: words with spaces between them, percent-encoded UTF-8 where they hold a
 * space, a `%` or anything that is no printable ASCII. Throws `request.bad_header`.
 */
export function readCallArguments(header: string): readonly string[] {
  return header
    .split(' ')
    .filter((word) => word !== '')
    .map((word, i) => readArgument(word, i));
}

function readArgument(word: string, i: number): string {
  const refuse = (problem: string): never => {
    const shown = JSON.stringify(word.slice(0, SHOWN_CHARS_MAX));
    throw new FaasmError('request.bad_header', `Header X-Faasm-Arguments: argument ${i} ${shown} ${problem}`);
  };
  if (!PRINTABLE.test(word)) return refuse('holds what is no printable ASCII and is to be percent-encoded');
  const decoded = percentDecoded(word);
  if (decoded === undefined)
    return refuse('has a % that does not begin percent-encoded UTF-8; % itself is %25');
  const problem = valueProblem(decoded);
  return problem === undefined ? decoded : refuse(problem);
}

function percentDecoded(word: string): string | undefined {
  try {
    return decodeURIComponent(word);
  } catch {
    return undefined;
  }
}
