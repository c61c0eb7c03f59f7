export { concat, EMPTY_BYTES, text, utf8 } from './bytes.ts';
export { systemClock, type Clock } from './clock.ts';
export { deferred, type Deferred } from './deferred.ts';
export { parseDurationMs } from './duration.ts';
export { SORTABLE_ID_LENGTH, sortableId } from './ids.ts';
export { Listeners } from './listeners.ts';
export { ownsBuffer, pooledCopy } from './pooled-copy.ts';
export { Serial } from './serial.ts';
export { Stop, type StopSignal } from './stop.ts';
