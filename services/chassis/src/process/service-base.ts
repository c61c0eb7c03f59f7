import {
  createLogger,
  createMetrics,
  type Logger,
  type LogLevel,
  type Registry,
} from '@faasm/adapter-telemetry';
import { sortableId, systemClock, type Clock } from '@faasm/stdx';
import { hostname } from 'node:os';
import manifest from '../../package.json' with { type: 'json' };
import type { ServiceName } from '../settings/setting.ts';
import { inlineMore } from './inline-more.ts';
import { keepTicksFast } from './keep-ticks-fast.ts';

/** What every process begins with. */
export interface ServiceBase {
  /** Unique to this incarnation of the process: no other, nor this one after a restart, has it. */
  readonly incarnation: string;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
}

/** Makes the logger, the metrics and the name of a process. */
export function serviceBase(service: ServiceName, logLevel: LogLevel): ServiceBase {
  keepTicksFast();
  inlineMore();
  const clock = systemClock;
  return {
    incarnation: `${hostname()}-${sortableId(clock)}`,
    version: manifest.version,
    clock,
    logger: createLogger(service, logLevel),
    metrics: createMetrics(),
  };
}
