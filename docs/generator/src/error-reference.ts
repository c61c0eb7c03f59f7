import { ERROR_CATALOGUE, type ErrorEntry, type Fault } from '@faasm/protocol';

const WHOSE: Readonly<Record<Fault, string>> = {
  caller: 'the caller',
  guest: 'the function',
  server: 'the server',
};

/** The page `docs/reference/errors.md`, from the error catalogue. */
export function renderErrorReference(): string {
  const entries = Object.entries<ErrorEntry>(ERROR_CATALOGUE);
  const rows = entries.map(([code, { status, title, fault }]) => {
    return `| [\`${code}\`](#${anchor(code)}) | ${status} | ${WHOSE[fault]} | ${title} |`;
  });
  return `# Errors

An answer that reports an error has the media type \`application/problem+json\` (RFC 9457). Its \`code\` is one of these and
never changes its meaning; its \`detail\` names the thing, the value that was received and the bound. Match the code, not
the words. How a call ended is told by the same codes in \`GET /calls/ID\`.

| code | status | to be changed by | title |
| --- | --- | --- | --- |
${rows.join('\n')}

${entries.map(section).join('\n')}`;
}

function section([code, { status, title, when, remedy }]: readonly [string, ErrorEntry]): string {
  return `## \`${code}\`

${status}: ${title}.

When: ${when}

What to do: ${remedy}
`;
}

/** The anchor that GitHub gives a heading of nothing but \`code\`: its dots are dropped. */
function anchor(code: string): string {
  return code.replaceAll('.', '');
}
