import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, REPOSITORY } from '../places.ts';
import { run } from '../run.ts';
import type { KubernetesObject } from './kubernetes-object.ts';

interface Validated {
  validate(): void;
}

/** Throws when an object does not fit the schema of its kind: a value of another type, a property that is missing. */
export async function validate(object: KubernetesObject): Promise<void> {
  const { apiVersion, kind, metadata } = object;
  const module = (await import(`kubernetes-models/${apiVersion}/${kind}`)) as Readonly<
    Record<string, new (data: unknown) => Validated>
  >;
  const Model = module[kind];
  if (Model === undefined) throw new Error(`kubernetes-models has no ${apiVersion} ${kind}`);
  try {
    new Model(object).validate();
  } catch (error) {
    throw new Error(`${kind} ${metadata.name}: ${String(error)}`, { cause: error });
  }
}

/**
 * Throws when an object has a property that its kind does not know, which the schemas let pass: the objects are written
 * as TypeScript literals of their types, and the compiler says which property is too much.
 */
export async function checkProperties(objects: readonly KubernetesObject[]): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const folder = await mkdtemp(join(CACHE, 'literals-'));
  try {
    await writeFile(join(folder, 'manifests.ts'), objects.map(literal).join('\n'));
    const compilerOptions = { strict: true, noEmit: true, module: 'nodenext', target: 'esnext', types: [] };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    await run(process.execPath, [join(REPOSITORY, 'node_modules/.bin/tsc'), '--project', folder]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function literal(object: KubernetesObject, index: number): string {
  const { apiVersion, kind, metadata } = object;
  const type = `import('kubernetes-models/${apiVersion}/${kind}').I${kind}`;
  return `// ${metadata.name}\nexport const object${index}: ${type} = ${JSON.stringify(object, undefined, 2)};`;
}
