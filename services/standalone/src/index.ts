export { STANDALONE_SETTINGS } from './config.ts';
export { runService } from './service.ts';
