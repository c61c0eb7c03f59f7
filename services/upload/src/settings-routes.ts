import { LAUNCH_BOUNDS, NO_SETTINGS, type DeployOptions, type FunctionSettings } from '@faasm/functions';
import { FaasmError, formatFunctionRef, functionRef } from '@faasm/protocol';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { settingsProblem, settingsSchema } from './settings-schema.ts';

interface FunctionParams {
  user: string;
  func: string;
}

/** Largest settings, in bytes: JSON may need six for one of a value's. */
const SETTINGS_BYTES_MAX = 8 * LAUNCH_BOUNDS.totalBytes;

const PATH = '/f/:user/:func/settings';
const tags = ['functions'];
const params = Type.Object({ user: Type.String(), func: Type.String() });

/** The routes of the settings of functions, as a plugin: `GET`, `PUT` and `DELETE` of `/f/:user/:func/settings`. */
export function settingsRoutes(options: DeployOptions): (server: FastifyInstance) => Promise<void> {
  const { store, changed } = options;
  const schema = settingsSchema(options.operatorsLimits);
  const response = { 200: Type.Ref('FunctionSettings') };
  const choose = async ({ user, func }: FunctionParams, settings: FunctionSettings): Promise<void> => {
    const ref = functionRef(user, func);
    await store.setSettings(ref, settings);
    changed?.(ref);
  };
  return async (server) => {
    server.addSchema(schema);
    server.get<{ Params: FunctionParams }>(
      PATH,
      { schema: { tags, params, response, summary: 'Settings that were chosen for a function' } },
      async (request) => {
        const ref = functionRef(request.params.user, request.params.func);
        const current = await store.current(ref);
        if (current !== undefined) return current.settings;
        throw new FaasmError('function.unknown', `Function ${formatFunctionRef(ref)} does not exist`);
      },
    );

    server.put<{ Params: FunctionParams; Body: Partial<FunctionSettings> }>(
      PATH,
      {
        bodyLimit: SETTINGS_BYTES_MAX,
        schema: {
          tags,
          params,
          body: Type.Ref('FunctionSettings'),
          response,
          summary: 'Choose all settings of a function; what is left out is as the operator set it',
        },
        // The usual one would change what does not fit, and drop names that it does not know.
        validatorCompiler: ({ httpPart }) => {
          if (httpPart !== 'body') return () => true;
          return (value) => {
            const error = settingsProblem(value, { schema, operators: options.operatorsLimits });
            return error === undefined ? { value } : { error };
          };
        },
      },
      async (request) => {
        const settings = { ...NO_SETTINGS, ...request.body };
        await choose(request.params, settings);
        return settings;
      },
    );

    server.delete<{ Params: FunctionParams }>(
      PATH,
      {
        schema: {
          tags,
          params,
          response: { 204: Type.Null() },
          summary: 'Forget the settings of a function: everything is as the operator set it',
        },
      },
      async (request, reply) => {
        await choose(request.params, NO_SETTINGS);
        return await reply.code(204).send();
      },
    );
    await Promise.resolve();
  };
}
