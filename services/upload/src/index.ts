export { UPLOAD_SETTINGS } from './config.ts';
export { runService } from './service.ts';
export {
  createUploadServer,
  deployOptions,
  type UploadTerms,
  type UploadServerOptions,
} from './upload-server.ts';
