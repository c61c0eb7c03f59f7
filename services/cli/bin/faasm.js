#!/usr/bin/env node
// Starts the command line on Node 26, whichever Node runs this file: that one may be as old as 20.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 26;
/** Exit code of a wrong environment, as of wrong usage. */
const EXIT_USAGE = 2;
const main = new URL('../src/main.ts', import.meta.url);

if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) {
  await import(main.href);
} else {
  runOn(bundledNode());
}

/** Runs the command line on another Node and ends as it ends. */
function runOn(node) {
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to both of us, and the second SIGINT stops a server that still drains.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => fail(`${node} cannot be run: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

/** Path of the Node that npm ci installed. */
function bundledNode() {
  const name = `node-linux-${process.arch}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/bin/node`);
  } catch {
    return fail(
      `needs Node ${NODE_MAJOR_MIN} or newer, this is ${process.version}, and the package ${name} that would bring one ` +
        'is not installed: run npm ci, without --omit=optional, or install Node',
    );
  }
}

function fail(message) {
  process.stderr.write(`faasm: ${message}\n`);
  return process.exit(EXIT_USAGE);
}
