export { memoryMapperContract } from './memory/memory-mapper.contract.ts';
