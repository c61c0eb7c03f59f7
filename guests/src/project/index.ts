export { createProject, PROJECT_LANGUAGES, type ProjectLanguage } from './create-project.ts';
