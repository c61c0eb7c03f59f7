export { hostileCorpus, type HostileFunction } from './hostile-corpus.ts';
export { ENDLESS_SLEEPERS } from './hostile-sleepers.ts';
