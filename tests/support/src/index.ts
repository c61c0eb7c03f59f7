export { FaasmProcess, type Exit, type FaasmProcessOptions, type ListeningRole } from './faasm-process.ts';
export { freePort } from './free-port.ts';
export { RedisProcess, type RedisProcessOptions } from './redis-process.ts';
