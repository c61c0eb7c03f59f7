export { UPLOAD_SETTINGS } from './config.ts';
export { runService } from './service.ts';
export {
  createUploadServer,
  deployOptions,
  uploadTerms,
  type UploadTerms,
  type UploadServerOptions,
} from './upload-server.ts';
