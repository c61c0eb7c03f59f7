export { referencePages, type Page } from './reference-pages.ts';
