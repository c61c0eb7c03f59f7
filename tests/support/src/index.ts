export { FaasmProcess, type Exit, type FaasmProcessOptions, type ListeningRole } from './faasm-process.ts';
