import { Argument, type Command } from 'commander';
import { relative } from 'node:path';
import type { ProjectLanguage } from '@faasm/guests/project';
import { addJsonFlag, print, type Options } from '../context.ts';

/** The languages of `@faasm/guests/project`, which is only loaded when it is used. */
const LANGUAGES: readonly ProjectLanguage[] = ['c', 'cpp', 'assemblyscript', 'rust'];

/** Adds `faasm new`. */
export function addNew(program: Command): void {
  const command = program
    .command('new')
    .description('make a folder with a function to begin with')
    .addArgument(new Argument('<language>', LANGUAGES.join(', ')).choices(LANGUAGES))
    .argument('<name>', 'name of the function, and of the folder');
  addJsonFlag(command).action(async (language: ProjectLanguage, name: string, options: Options) => {
    const { createProject } = await import('@faasm/guests/project');
    const folder = await createProject({ language, name, parent: '.' });
    const json = options['json'] === true;
    print({ json }, { folder }, () => `${relative('.', folder)} is a function; there: faasm build`);
  });
}
