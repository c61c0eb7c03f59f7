// Every call of WASI preview 1 that has nothing to do with paths, right and wrong. Takes the input "input", the arguments
// "program" and "one", and the variable "A=b"; exit code 7.
import {
  argsGet,
  argsSizesGet,
  clockResGet,
  clockTimeGet,
  environGet,
  environSizesGet,
  pollOneoff,
  procExit,
  procRaise,
  randomGet,
  schedYield,
  sockAccept,
  sockRecv,
  sockSend,
  sockShutdown,
} from '../../assemblyscript/wasi';
import { BADF, INVAL, is, looksRandom, NOTSOCK, ok, SUCCESS, vector } from '../expect-as/expect';

/** `clockid` of the standard. */
const REALTIME = 0;
const MONOTONIC = 1;
const PROCESS = 2;
const THREAD = 3;

const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;
/** `eventtype` of the standard. */
const CLOCK = 0;
const READ = 1;
const WRITE = 2;

/** Numbers that calls give back. */
const first = memory.data(8);
const second = memory.data(8);
const pointers = memory.data(16);
const strings = memory.data(64);
const subscriptions = memory.data(3 * SUBSCRIPTION_BYTES);
const events = memory.data(3 * EVENT_BYTES);

function textAt(index: i32): string {
  return String.UTF8.decodeUnsafe(load<usize>(pointers + 4 * index), 3);
}

function lists(): void {
  ok('args_sizes_get', argsSizesGet(first, second));
  is('args_sizes_get: count', load<i32>(first), 2);
  is('args_sizes_get: bytes', load<i32>(second), 12);
  ok('args_get', argsGet(pointers, strings));
  is('args_get: the last one', textAt(1) == 'one' ? 1 : 0, 1);
  ok('environ_sizes_get', environSizesGet(first, second));
  is('environ_sizes_get: count', load<i32>(first), 1);
  is('environ_sizes_get: bytes', load<i32>(second), 4);
  ok('environ_get', environGet(pointers, strings));
  is('environ_get: the variable', textAt(0) == 'A=b' ? 1 : 0, 1);
}

function clocks(): void {
  for (let id = REALTIME; id <= THREAD; id++) {
    ok('clock_res_get', clockResGet(id, first));
    is(
      'clock_res_get: a millisecond at most',
      load<i64>(first) > 0 && load<i64>(first) <= 1_000_000 ? 1 : 0,
      1,
    );
    ok('clock_time_get', clockTimeGet(id, 0, first));
    ok('clock_time_get', clockTimeGet(id, 0, second));
    is('clock_time_get: never back', load<i64>(second) >= load<i64>(first) ? 1 : 0, 1);
  }
  ok('clock_time_get', clockTimeGet(REALTIME, 0, first));
  is('clock_time_get: after 2001', load<i64>(first) > 1_000_000_000_000_000_000 ? 1 : 0, 1);
  ok('clock_time_get', clockTimeGet(PROCESS, 0, first));
  ok('clock_time_get', clockTimeGet(MONOTONIC, 0, second));
  is('clock_time_get: this call alone', load<i64>(first) < load<i64>(second) ? 1 : 0, 1);
  is('clock_res_get: no clock', clockResGet(4, first), INVAL);
  is('clock_time_get: no clock', clockTimeGet(4, 0, first), INVAL);
}

function random(): void {
  const bytes = memory.data(64);
  ok('random_get', randomGet(bytes, 64));
  is('random_get: bytes', looksRandom(bytes, 64) ? 1 : 0, 1);
  ok('random_get: none', randomGet(bytes, 0));
}

function subscribe(index: i32, type: i32, to: i32): void {
  const at = subscriptions + index * SUBSCRIPTION_BYTES;
  store<u64>(at, 100 + index);
  store<u8>(at + 8, type);
  store<u32>(at + 16, to);
}

function polls(): void {
  subscribe(0, READ, 0);
  subscribe(1, WRITE, 1);
  subscribe(2, READ, 9);
  ok('poll_oneoff', pollOneoff(subscriptions, events, 3, first));
  is('poll_oneoff: events', load<u32>(first), 3);
  is('poll_oneoff: whose', load<u64>(events + EVENT_BYTES), 101);
  is('poll_oneoff: bytes of input', load<u64>(events + 16), 5);
  is('poll_oneoff: errno', load<u16>(events + 2 * EVENT_BYTES + 8), BADF);
  subscribe(0, CLOCK, MONOTONIC);
  store<u64>(subscriptions + 24, 1_000_000);
  ok('clock_time_get', clockTimeGet(MONOTONIC, 0, first));
  ok('poll_oneoff', pollOneoff(subscriptions, events, 1, pointers));
  ok('clock_time_get', clockTimeGet(MONOTONIC, 0, second));
  is('poll_oneoff: waits', load<i64>(second) - load<i64>(first) >= 1_000_000 ? 1 : 0, 1);
  is('poll_oneoff: waits for a clock', load<u64>(events), 100);
  subscribe(0, CLOCK, THREAD);
  ok('poll_oneoff', pollOneoff(subscriptions, events, 1, pointers));
  is('poll_oneoff: no clock to wait for', load<u16>(events + 8), INVAL);
  is('poll_oneoff: for nothing', pollOneoff(subscriptions, events, 0, first), INVAL);
}

function sockets(): void {
  const one = vector(strings, 1);
  is('sock_accept', sockAccept(0, 0, first), NOTSOCK);
  is('sock_recv', sockRecv(0, one, 1, 0, first, second), NOTSOCK);
  is('sock_send', sockSend(1, one, 1, 0, first), NOTSOCK);
  is('sock_send: no descriptor', sockSend(9, one, 1, 0, first), BADF);
  is('sock_shutdown', sockShutdown(1, 1), NOTSOCK);
  is('sock_shutdown: a directory', sockShutdown(3, 1), BADF);
}

export function _start(): void {
  lists();
  clocks();
  random();
  polls();
  sockets();
  ok('sched_yield', schedYield());
  ok('proc_raise: none', procRaise(0));
  is('proc_raise: no signal', procRaise(31), INVAL);
  is('proc_exit', SUCCESS, SUCCESS);
  procExit(7);
}
