#!/usr/bin/env node
// Starts the command line on Node 26, whichever Node runs this file: that one may be as old as 20.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 26;
const main = new URL('../src/main.ts', import.meta.url);

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) {
  await import(main.href);
} else {
  const child = spawn(bundledNode(), [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === null ? 1 : 128);
  });
}

/** Path of the Node that npm ci installed. */
function bundledNode() {
  const name = `node-linux-${process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/node`);
  } catch {
    process.stderr.write(
      `faasm: needs Node ${NODE_MAJOR_MIN}, this is ${process.version}, and ${name} is not installed\n`,
    );
    return process.exit(2);
  }
}
