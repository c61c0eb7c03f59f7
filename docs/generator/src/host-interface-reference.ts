import { ARGUMENT_BOUNDS, hostInterface, SLICE_BYTES } from '@faasm/host-interface';

/** The page `docs/reference/host-interface.md`, from the host functions and the bounds of their arguments. */
export function renderHostInterfaceReference(): string {
  const host = hostInterface(() => {
    throw new TypeError('No guest runs while the page is written');
  });
  const families = Object.entries(host).map(([from, family]) => {
    const names = Object.keys(family).map((name) => `\`${name}\``);
    return `| \`${from}\` | ${names.join(', ')} |`;
  });
  const bounds = Object.values(ARGUMENT_BOUNDS).map(
    ({ max, unit, of, beyond }) => `| ${of} | ${max} ${unit} | ${beyond} |`,
  );
  return `# Host interface

What a function can import. A call of anything else ends it as [\`guest.trap\`](errors.md#guesttrap) with a message that
names the import; the answer to the upload lists such imports.

| import module | functions |
| --- | --- |
${families.join('\n')}

Pointers and lengths are checked against the size that the function's memory has: one that goes beyond it ends the call as
\`guest.trap\`, and nothing beyond is read or written.

## Bounds of arguments

Every number that a function hands over has a bound. These are the same on every host; bounds that an operator can move are
in the [configuration](configuration.md).

| argument | at most | beyond it |
| --- | --- | --- |
${bounds.join('\n')}

A call that copies or fills more than ${SLICE_BYTES} bytes does so in slices, so that other functions have their turns and
that a deadline ends it between two of them. That is so for \`random_get\`, \`fd_read\`, \`fd_write\` and
\`__faasm_read_input\`; an output is bounded by \`OUTPUT_LIMIT_BYTES\`.

## Waiting

\`poll_oneoff\` waits for clocks: relative and absolute time-outs, real-time and monotonic clock. A relative one does not move
when the real-time clock is set. Descriptors 0, 1 and 2 are ready at once. A subscription to another clock or descriptor is
answered by an event with an errno. A function that waits takes no turn on its thread and holds no slot of its process; its
deadline and cancellation end it as they end one that runs. \`sched_yield\` lets others of the same user go first that wait for
their turn.
`;
}
