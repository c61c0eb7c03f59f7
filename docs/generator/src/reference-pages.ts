import { renderConfigurationReference } from '@faasm/chassis';
import { renderCliReference } from '@faasm/cli';
import { renderErrorReference } from './error-reference.ts';
import { renderHostInterfaceReference } from './host-interface-reference.ts';
import { renderHttpReference } from './http-reference.ts';
import { readOpenApi } from './open-api.ts';

/** A generated page. */
export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** Every page of `docs/reference`, made from the code as it is now. */
export async function referencePages(): Promise<Page[]> {
  const { edge, upload } = await readOpenApi();
  return [
    page('README.md', README),
    page('cli.md', renderCliReference()),
    page('configuration.md', renderConfigurationReference()),
    page('errors.md', renderErrorReference()),
    page('host-interface.md', renderHostInterfaceReference()),
    page('http.md', renderHttpReference({ edge, upload })),
    page('edge.openapi.json', json(edge)),
    page('upload.openapi.json', json(upload)),
  ];
}

function page(name: string, text: string): Page {
  return { path: `docs/reference/${name}`, text };
}

const README = `# Reference

Written by \`npm run docs\` from the code; a test holds them to it. Change the code, not these pages.

- [Command line](cli.md)
- [Configuration](configuration.md)
- [Errors](errors.md)
- [Host interface](host-interface.md)
- [HTTP](http.md), and the same as OpenAPI 3.1: [edge](edge.openapi.json), [upload service](upload.openapi.json)
`;

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
