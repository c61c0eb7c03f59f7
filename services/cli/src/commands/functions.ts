import { formatFunctionRef, parseFunctionRef } from '@faasm/protocol';
import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { ask, jsonOf } from '../client.ts';
import { addClientFlags, contextOf, print, type Context } from '../context.ts';
import { CommandError } from '../exit-codes.ts';
import { addUploadRoleFlags, runUploadRole } from './roles.ts';

interface FunctionJson {
  readonly function: string;
  readonly current: string;
  readonly versions: readonly {
    readonly digest: string;
    readonly sizeBytes: number;
    readonly uploadedAt: string;
  }[];
}

/** Characters of a digest that people read. */
const SHORT_DIGEST_CHARS = 12;

/** Adds `faasm upload`, `list`, `delete` and `rollback`. */
export function addFunctionCommands(program: Command): void {
  addUpload(program);
  addClientFlags(
    program.command('list').description('list functions').argument('[user]', 'only of this user'),
  ).action(async (user: string | undefined, options: Record<string, unknown>) => {
    await list(contextOf(options), user);
  });
  addClientFlags(
    program
      .command('delete')
      .description('remove a function with all its versions')
      .argument('<function>', 'user/name'),
  ).action(async (qualified: string, options: Record<string, unknown>) => {
    const context = contextOf(options);
    await ask(context.uploads, pathOf(qualified), { method: 'DELETE' });
    print(context, { function: qualified, removed: true }, () => `${qualified} removed`);
  });
  const rollback = program.command('rollback').description('make an older version of a function current');
  rollback.argument('<function>', 'user/name').argument('[digest]', 'the version', 'previous');
  addClientFlags(rollback).action(
    async (qualified: string, digest: string, options: Record<string, unknown>) => {
      const context = contextOf(options);
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ digest });
      const answer = jsonOf(
        await ask(context.uploads, `${pathOf(qualified)}/current`, { method: 'PUT', body, headers }),
      );
      print(context, answer, () => `${qualified} is now ${String(answer['current'])}`);
    },
  );
}

function addUpload(program: Command): void {
  const command = program
    .command('upload')
    .argument('[file]', 'a module')
    .argument('[function]', 'user/name');
  addUploadRoleFlags(command);
  command.option('--demos', 'upload the demo functions', false);
  addClientFlags(command).action(
    async (file: string | undefined, name: string | undefined, options: Record<string, unknown>) => {
      const context = contextOf(options);
      if (options['demos'] === true) await uploadDemos(context);
      else if (file === undefined) await runUploadRole(options);
      else if (name === undefined)
        throw new CommandError('usage', 'faasm upload FILE needs the function too: user/name');
      else await upload(context, name, new Uint8Array(await readFile(file)));
    },
  );
}

async function uploadDemos(context: Context): Promise<void> {
  const { demoFunctions } = await import('@faasm/guests');
  for (const { ref, wasm } of await demoFunctions()) await upload(context, formatFunctionRef(ref), wasm);
}

async function upload(context: Context, qualified: string, wasm: Uint8Array<ArrayBuffer>): Promise<void> {
  const headers = { 'content-type': 'application/wasm' };
  const answer = jsonOf(
    await ask(context.uploads, pathOf(qualified), { method: 'PUT', body: wasm, headers }),
  );
  print(context, answer, () => {
    const warnings = (answer['warnings'] as string[]).map((warning) => `\n  warning: ${warning}`);
    return `${qualified} is now ${String(answer['digest'])} (${String(answer['sizeBytes'])} bytes)${warnings.join('')}`;
  });
}

async function list(context: Context, user: string | undefined): Promise<void> {
  const query = user === undefined ? '' : `?user=${encodeURIComponent(user)}`;
  const { functions } = jsonOf(await ask(context.uploads, `/f${query}`)) as { functions: FunctionJson[] };
  print(context, functions, () => {
    if (functions.length === 0) return 'No functions';
    return functions
      .map(
        (one) =>
          `${one.function}  ${one.current.slice(0, SHORT_DIGEST_CHARS)}  versions: ${one.versions.length}`,
      )
      .join('\n');
  });
}

function pathOf(qualified: string): string {
  return `/f/${formatFunctionRef(parseFunctionRef(qualified))}`;
}
