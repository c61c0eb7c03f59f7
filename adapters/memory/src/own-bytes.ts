import type { CallResult } from '@faasm/protocol';

/** A result with copies of its bytes: what is kept must not keep the buffers alive that it shares with other results. */
export function withOwnBytes(result: CallResult): CallResult {
  const { output, stdout, stderr } = result;
  // No slice, because that of a Node Buffer is a view.
  return {
    ...result,
    output: new Uint8Array(output),
    stdout: new Uint8Array(stdout),
    stderr: new Uint8Array(stderr),
  };
}
