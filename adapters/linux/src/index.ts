export { faasletsThatFit } from './faaslets-that-fit.ts';
export { LinuxMemoryMapper } from './linux-memory-mapper.ts';
