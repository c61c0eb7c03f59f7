import { SETTINGS, type SettingName } from '@faasm/chassis';
import { FIXED_ARGUMENT_BOUNDS, hostInterface, SLICE_BYTES } from '@faasm/host-interface';

/** The settings that bound arguments: of which, and what a call beyond comes to. */
const SET_BOUNDS = {
  IOVEC_LIMIT_BUFFERS: '`fd_read`, `fd_write`: `iovs_len`',
  RANDOM_LIMIT_BYTES: '`random_get`: `buf_len`',
  POLL_LIMIT_SUBSCRIPTIONS: '`poll_oneoff`: `nsubscriptions`',
} as const satisfies Partial<Record<SettingName, string>>;

/** The page `docs/reference/host-interface.md`, from the host functions and the bounds of their arguments. */
export function renderHostInterfaceReference(): string {
  const host = hostInterface(() => {
    throw new TypeError('No guest runs while the page is written');
  });
  const families = Object.entries(host).map(([from, family]) => {
    const names = Object.keys(family).map((name) => `\`${name}\``);
    return `| \`${from}\` | ${names.join(', ')} |`;
  });
  const set = Object.entries(SET_BOUNDS).map(([name, of]) => {
    const { default: usual, unit } = SETTINGS[name as keyof typeof SET_BOUNDS];
    return `| ${of} | [\`${name}\`](configuration.md), by default ${usual} ${unit} | \`inval\` |`;
  });
  const fixed = Object.values(FIXED_ARGUMENT_BOUNDS).map(
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

Every number that a function hands over has a bound: a setting of the operator, or one that is the same on every host.

| argument | at most | beyond it |
| --- | --- | --- |
${[...set, ...fixed].join('\n')}

A call that copies or fills more than ${SLICE_BYTES} bytes does so in slices, so that other functions have their turns and
that a deadline ends it between two of them. That is so for \`random_get\`, \`fd_read\`, \`fd_write\`, \`fd_pread\`,
\`fd_pwrite\`, \`fd_allocate\`, \`fd_readdir\`, \`mmap\`, \`puts\` and \`__faasm_read_input\`; an output is bounded by
\`OUTPUT_LIMIT_BYTES\`.

## Files

[WASI](../wasi.md) tells what files a call finds, what becomes of those that it writes, and where this host differs from others.

## POSIX beside WASI

- \`mmap\` gives fresh memory at the end, with a copy of a file's bytes unless it is anonymous. It returns -1 for \`MAP_FIXED\`,
  and for a shared mapping of a file that is to be written. \`munmap\` and a negative \`__sbrk\` give nothing back.
- A function is process 23, thread 66, user and group 1000 on the host \`faasm\`; \`uname\` says \`wasi\`, \`0.0.0\`, \`wasm32\`.
  \`getrlimit\` tells the limits of files, descriptors and memory.
- \`signal\` and \`ioctl\` succeed and do nothing, \`waitpid\` finds no children, \`putc\` writes to standard output.
- \`fork\`, \`exec\`, \`kill\`, \`system\`, \`popen\`, \`listen\` and \`accept\` are not there: a call ends the function and names it.

## Waiting

\`poll_oneoff\` waits for clocks: relative and absolute time-outs, real-time and monotonic clock. A relative one does not move
when the real-time clock is set. Descriptors are ready at once. A subscription to another clock or descriptor is
answered by an event with an errno. A function that waits takes no turn on its thread and holds no slot of its process; its
deadline and cancellation end it as they end one that runs. \`sched_yield\` lets others of the same user go first that wait for
their turn.
`;
}
