export { FaasmProcess, type Exit, type FaasmProcessOptions, type ListeningRole } from './faasm-process.ts';
export { freePort } from './free-port.ts';
export { startRedis, type RedisOptions, type RedisServer } from './redis-server.ts';
export { Cluster, ready, type ClusterOptions } from './cluster.ts';
export { NginxProcess } from './nginx-process.ts';
export { fencedBlocks, isShell, type FencedBlock } from './fenced-blocks.ts';
