import { perFile, type Rule } from '../rule.ts';

/** The lock file leaves open which registry serves a package; its integrity hashes say which bytes. */
export const lockFile: Rule = perFile({
  id: 'lock-file',
  title: 'package-lock.json names no registry, and the hash of every package',
  filesMin: 1,
  applies: (path) => path === 'package-lock.json',
  check: ({ path, text }) => {
    const named = text.split('\n').flatMap((content, index) => {
      const [url] =
        /"(https?|git|git\+ssh):\/\/[^"]*\.tgz"|"resolved": "(https?|git)[^"]*"/.exec(content) ?? [];
      const message = `${url ?? ''}: keep omit-lockfile-registry-resolved=true in .npmrc and run npm install`;
      return url === undefined ? [] : [{ path, line: index + 1, message }];
    });
    const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, LockedPackage>> };
    const unhashed = Object.entries(packages).filter(([folder, { link, integrity }]) => {
      return folder.includes('node_modules/') && link !== true && integrity === undefined;
    });
    return [
      ...named,
      ...unhashed.map(([folder]) => {
        const line = text.split('\n').findIndex((content) => content.includes(`"${folder}": {`)) + 1;
        return {
          path,
          line,
          message: `${folder} has no integrity hash; remove it from the file and run npm install`,
        };
      }),
    ];
  },
});

interface LockedPackage {
  readonly link?: boolean;
  readonly integrity?: string;
}
