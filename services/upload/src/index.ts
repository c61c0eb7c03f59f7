export { UPLOAD_SETTINGS } from './config.ts';
export { runService } from './service.ts';
export {
  createUploadServer,
  deployOptions,
  type UploadLimits,
  type UploadServerOptions,
} from './upload-server.ts';
