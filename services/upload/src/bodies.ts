import type { Deployment, FunctionRecord, FunctionVersion, VersionParts } from '@faasm/functions';
import { formatFunctionRef } from '@faasm/protocol';
import { Type, type Static } from 'typebox';

const Digest = Type.String({
  description: 'Names the version, in hexadecimal: SHA-256 of the module, or of module and files',
});
const Names = Type.Array(Type.String());

const Files = Type.Object(
  {
    digest: Type.String({ description: 'SHA-256 of all files, in hexadecimal' }),
    entries: Type.Integer({ description: 'Files, directories and links' }),
    sizeBytes: Type.Integer({ description: 'Contents of all files together' }),
  },
  { description: 'Absent in a version without files' },
);

const VersionSchema = Type.Object({
  digest: Digest,
  sizeBytes: Type.Integer({ description: 'Of the module' }),
  files: Type.Optional(Files),
  uploadedAt: Type.String({ format: 'date-time' }),
  imports: Names,
  warnings: Names,
});

/** A function with its versions, the one made current last at the end. */
export const FunctionSchema = Type.Object(
  {
    function: Type.String({ description: 'user/name' }),
    current: Digest,
    versions: Type.Array(VersionSchema),
  },
  { $id: 'Function' },
);

/** Answer to an upload. */
export const DeploymentSchema = Type.Object(
  {
    function: Type.String({ description: 'user/name' }),
    digest: Digest,
    sizeBytes: Type.Integer({ description: 'Of the module' }),
    files: Type.Optional(Files),
    imports: Names,
    missingImports: Type.Array(Type.String(), {
      description: 'Imports that the host lacks: a call of one traps',
    }),
    warnings: Names,
    versions: Type.Integer({ description: 'How many versions the function has now' }),
  },
  { $id: 'Deployment' },
);

/** JSON of a function. */
export function functionBody(record: FunctionRecord): Static<typeof FunctionSchema> {
  return {
    function: formatFunctionRef(record.function),
    current: record.current,
    versions: record.versions.map(versionBody),
  };
}

/** JSON of an upload's answer. */
export function deploymentBody({
  version,
  record,
  missingImports,
}: Deployment): Static<typeof DeploymentSchema> {
  return {
    function: formatFunctionRef(record.function),
    digest: version.digest,
    sizeBytes: version.sizeBytes,
    ...filesBody(version.parts),
    imports: [...version.imports],
    missingImports: [...missingImports],
    warnings: [...version.warnings],
    versions: record.versions.length,
  };
}

function versionBody(version: FunctionVersion): Static<typeof VersionSchema> {
  const { digest, sizeBytes, parts, uploadedAt, imports, warnings } = version;
  return {
    digest,
    sizeBytes,
    ...filesBody(parts),
    uploadedAt: new Date(uploadedAt).toISOString(),
    imports: [...imports],
    warnings: [...warnings],
  };
}

function filesBody(parts: VersionParts | undefined): { files?: Static<typeof Files> } {
  return parts === undefined ? {} : { files: parts.files };
}
