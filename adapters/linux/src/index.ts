export { LinuxMemoryMapper } from './linux-memory-mapper.ts';
export { mappingsThatFit, type MappingsThatFit } from './mappings-that-fit.ts';
