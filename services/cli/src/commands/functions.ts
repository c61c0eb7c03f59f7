import { writeTar } from '@faasm/filesystem';
import { versionArchiveEntries } from '@faasm/functions';
import { formatFunctionRef, LIMITS, NAME_PATTERN } from '@faasm/protocol';
import type { Command } from 'commander';
import { addClientFlags, contextOf, print, type Context, type Options } from '../context.ts';
import { CommandError } from '../exit-codes.ts';
import { functionPath } from '../function-path.ts';
import { ask, jsonOf } from '../http-client.ts';
import { packDirectory } from '../pack-files.ts';
import { readFileBounded } from '../read-input.ts';
import { addRoleFlags, runRole, UPLOAD_ROLE } from './roles.ts';

/** What the upload service tells of a function, as far as it is shown. */
interface FunctionJson {
  readonly function: string;
  readonly current: string;
  readonly versions: readonly unknown[];
}

/** What the upload service answers to an upload, as far as it is shown. */
interface DeploymentJson {
  readonly function: string;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly files?: { readonly entries: number; readonly sizeBytes: number };
  readonly warnings: readonly string[];
}

/** Characters of a digest that people read. */
const SHORT_DIGEST_CHARS = 12;

/** Adds `faasm upload`, `list`, `delete` and `rollback`. */
export function addFunctionCommands(program: Command): void {
  addUpload(program);

  const list = program.command('list').description('list functions');
  addClientFlags(list.argument('[user]', 'only the functions of this user')).action(
    async (user: string | undefined, options: Options) => {
      await listFunctions(contextOf(options), user);
    },
  );

  const remove = program.command('delete').description('remove a function with all its versions');
  addClientFlags(remove.argument('<function>', 'user/name')).action(
    async (qualified: string, options: Options) => {
      const context = contextOf(options);
      await ask(context.uploads, functionPath(qualified), { method: 'DELETE' });
      print(context, { function: qualified, removed: true }, () => `${qualified} is removed`);
    },
  );

  const rollback = program
    .command('rollback')
    .description('make an older version of a function current')
    .argument('<function>', 'user/name')
    .argument('[digest]', 'SHA-256 of the version', 'previous');
  addClientFlags(rollback).action(async (qualified: string, digest: string, options: Options) => {
    const context = contextOf(options);
    const body = jsonOf(
      await ask(context.uploads, `${functionPath(qualified)}/current`, {
        method: 'PUT',
        body: JSON.stringify({ digest }),
        headers: { 'content-type': 'application/json' },
      }),
    );
    print(context, body, () => `${qualified} is now ${String(body['current'])}`);
  });
}

function addUpload(program: Command): void {
  const command = program
    .command('upload')
    .description('upload a module; without arguments, be the upload service of a cluster')
    .argument('[file]', 'a WebAssembly module')
    .argument('[function]', 'user/name')
    .option('--files <directory>', 'files that the function finds at /, as a part of the version')
    .option('--demos', 'upload the demo functions', false);
  addRoleFlags(command, UPLOAD_ROLE);
  addClientFlags(command).action(
    async (file: string | undefined, qualified: string | undefined, options: Options) => {
      const isClient = file !== undefined || options['demos'] === true || options['files'] !== undefined;
      if (!isClient) await runRole(UPLOAD_ROLE, options);
      else await uploadAsClient({ file, qualified }, options);
    },
  );
}

/** What is left of the command line beside flags. */
interface UploadArguments {
  readonly file: string | undefined;
  readonly qualified: string | undefined;
}

async function uploadAsClient({ file, qualified }: UploadArguments, options: Options): Promise<void> {
  const context = contextOf(options);
  const serving = UPLOAD_ROLE.flags.filter(({ key }) => options[key] !== undefined);
  if (serving.length > 0) {
    const names = serving.map(({ flag }) => flag.split(' ')[0]).join(', ');
    throw new CommandError(
      'usage',
      `${names} belongs to the upload service, which takes no file and no --demos`,
    );
  }
  const directory = options['files'] as string | undefined;
  if (file === undefined) {
    if (directory !== undefined)
      throw new CommandError('usage', '--files needs a module: faasm upload FILE user/name');
    await uploadDemos(context);
    return;
  }
  if (options['demos'] === true) throw new CommandError('usage', 'Either --demos or a file, not both');
  if (qualified === undefined)
    throw new CommandError('usage', 'A file needs a function to become: faasm upload FILE user/name');
  const wasm = await readFileBounded(file, LIMITS.moduleBytes.max);
  const deployed =
    directory === undefined
      ? await uploadModule(context, qualified, wasm)
      : await uploadArchive(context, qualified, { wasm, directory });
  print(context, deployed, () => describe(deployed));
}

async function uploadDemos(context: Context): Promise<void> {
  const { demoFunctions } = await import('@faasm/guests');
  const deployed: DeploymentJson[] = [];
  for (const { ref, wasm } of await demoFunctions())
    deployed.push(await uploadModule(context, formatFunctionRef(ref), wasm));
  print(context, deployed, () => deployed.map(describe).join('\n'));
}

async function uploadArchive(
  context: Context,
  qualified: string,
  { wasm, directory }: { wasm: Uint8Array; directory: string },
): Promise<DeploymentJson> {
  const archive = Buffer.concat([...writeTar(versionArchiveEntries(wasm, await packDirectory(directory)))]);
  return await put(context, qualified, { body: archive, type: 'application/x-tar' });
}

async function uploadModule(context: Context, qualified: string, body: Uint8Array): Promise<DeploymentJson> {
  return await put(context, qualified, { body, type: 'application/wasm' });
}

async function put(
  context: Context,
  qualified: string,
  { body, type }: { body: Uint8Array; type: string },
): Promise<DeploymentJson> {
  const headers = { 'content-type': type };
  const answer = await ask(context.uploads, functionPath(qualified), { method: 'PUT', body, headers });
  return jsonOf(answer) as unknown as DeploymentJson;
}

function describe({ function: name, digest, sizeBytes, files, warnings }: DeploymentJson): string {
  const more = files === undefined ? '' : `, with ${files.entries} files of ${files.sizeBytes} bytes`;
  const lines = [`${name} is now ${digest} (${sizeBytes} bytes${more})`];
  return [...lines, ...warnings.map((warning) => `warning: ${warning}`)].join('\n');
}

async function listFunctions(context: Context, user: string | undefined): Promise<void> {
  if (user !== undefined && !NAME_PATTERN.test(user))
    throw new CommandError('usage', `${JSON.stringify(user)} is not the name of a user`);
  const body = jsonOf(await ask(context.uploads, user === undefined ? '/f' : `/f?user=${user}`));
  print(context, body, () => {
    const { functions } = body as unknown as { functions: readonly FunctionJson[] };
    if (functions.length === 0) return 'There are no functions';
    const width = Math.max(...functions.map((one) => one.function.length));
    return functions
      .map(({ function: name, current, versions }) => {
        const count = versions.length === 1 ? '1 version' : `${versions.length} versions`;
        return `${name.padEnd(width)}  ${current.slice(0, SHORT_DIGEST_CHARS)}  ${count}`;
      })
      .join('\n');
  });
}
