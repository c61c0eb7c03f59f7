export { FaasmProcess, type Exit, type FaasmProcessOptions, type ListeningRole } from './faasm-process.ts';
export { freePort } from './free-port.ts';
export { startRedis, type RedisOptions, type RedisServer } from './redis-server.ts';
