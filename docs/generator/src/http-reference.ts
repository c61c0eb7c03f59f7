import type { OpenApi, OpenApis, Operation, Parameter } from './open-api.ts';

/** The page `docs/reference/http.md`, from what the servers answer at `/openapi.json`. */
export function renderHttpReference({ edge, upload }: OpenApis): string {
  return `# HTTP

Both servers also have \`/healthz\`, \`/readyz\`, \`/metrics\` and \`/openapi.json\`, and a worker has the first three. A slash
at the end of a path makes no difference. Names of users and functions are 1 to 128 letters, digits, \`.\`, \`_\` and \`-\` that
begin with a letter or digit. Every error is \`application/problem+json\` with a code of the [error reference](errors.md).

${server('Edge: calls and state', edge)}
## How a call ends

\`POST /fa/{user}/{func}\` answers 202 with the id of the call as body, its \`Location\`, and \`X-Faasm-Durable\`: whether the
call survives the end of the process that accepted it. Its result is kept for \`RESULT_TTL\`.

This is what \`POST /f/{user}/{func}\` answers, and \`GET /calls/{id}/result\` once the call has ended (until
then 202).

| outcome | status | body |
| --- | --- | --- |
| exit code 0 | 200 | the output, byte for byte |
| another exit code | 500, \`X-Faasm-Exit-Code\` | \`guest.exit\`, with the end of standard error and the output |
| trap | 500 | \`guest.trap\` |
| output over its limit | 500 | \`guest.output_limit\` |
| memory that begins over its limit | 500 | \`guest.memory_limit\` |
| deadline | 504 | \`call.deadline\` |
| cancelled | 409 | \`call.cancelled\` |
| worker lost | 502 | \`call.host_lost\` |

Answers to calls carry \`X-Faasm-Call-Id\`, and \`Server-Timing\` with the milliseconds of \`queue\`, \`cold\` and \`run\`.

${server('Upload service: functions', upload)}`;
}

function server(title: string, { paths }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags = [] }]) => !tags.includes('operations'))
      .map(([method, operation]) =>
        section(`${method.toUpperCase()} ${path.replace('{*}', '{key}')}`, operation),
      ),
  );
  return `## ${title}\n\n${operations.join('\n\n')}\n`;
}

function section(name: string, { summary = '', parameters = [], requestBody }: Operation): string {
  const body = Object.keys(requestBody?.content ?? {}).map((type) => `\`${type}\``);
  const described = parameters.filter(({ description }) => description !== undefined);
  return [
    `### \`${name}\``,
    `${summary}.`,
    ...(body.length > 0 ? [`Body: ${body.join(' or ')}.`] : []),
    ...(described.length > 0 ? [parameterTable(described)] : []),
  ].join('\n\n');
}

function parameterTable(parameters: readonly Parameter[]): string {
  const rows = parameters.map(({ name, in: place, description = '' }) => {
    return `| \`${name === '*' ? 'key' : name}\` | ${place} | ${description} |`;
  });
  return ['| parameter | in | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
