import { readSettings, SETTINGS, type SettingName } from '@faasm/chassis';
import type { Command } from 'commander';
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { dirname, resolve } from 'node:path';
import { print } from '../context.ts';
import { CommandError } from '../exit-codes.ts';

/** What a check found. */
interface Finding {
  readonly check: string;
  readonly level: 'ok' | 'warn' | 'fail';
  readonly detail: string;
}

/** The Node that everything is tested on. */
const NODE_MAJOR_MIN = 26;

/** Below this, Redis refuses connections under load: its own backlog is 511. */
const SOMAXCONN_MIN = 511;

/** How long to wait for a connection, in milliseconds. */
const CONNECT_TIMEOUT_MS = 1_000;

/** Adds `faasm doctor`. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check this machine and the configuration, and say what to do')
    .option('--redis', 'check the Redis servers of a cluster too', false)
    .option('--json', 'print JSON', false)
    .action(async ({ json, redis }: { json: boolean; redis: boolean }) => {
      const findings = await examine(redis);
      print({ edge: '', uploads: '', json }, findings, () =>
        findings.map(({ level, check, detail }) => `${level.padEnd(4)}  ${check}: ${detail}`).join('\n'),
      );
      if (findings.some(({ level }) => level === 'fail')) throw new CommandError('usage', 'A check failed');
    });
}

async function examine(redis: boolean): Promise<Finding[]> {
  const settings = readSettings(Object.keys(SETTINGS) as SettingName[], { env: process.env });
  const machine = await Promise.all([
    dataDirectory(settings.FUNC_ROOT),
    hugePages(),
    overcommit(),
    backlog(),
  ]);
  const local = [nodeVersion(), ...machine];
  if (!redis) return local;
  const { REDIS_QUEUE_HOST, REDIS_STATE_HOST, REDIS_PORT } = settings;
  const hosts = [...new Set([REDIS_QUEUE_HOST, REDIS_STATE_HOST])];
  return [...local, ...(await Promise.all(hosts.map(async (host) => await reachable(host, REDIS_PORT))))];
}

function nodeVersion(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  const level = major >= NODE_MAJOR_MIN ? 'ok' : 'fail';
  return {
    check: 'Node',
    level,
    detail: `${process.version}; version ${NODE_MAJOR_MIN} is needed and comes with npm ci`,
  };
}

/** The directory itself, or the nearest one above it that exists, must be writable. */
async function dataDirectory(path: string): Promise<Finding> {
  const check = 'data directory';
  for (let directory = resolve(path); ; directory = dirname(directory)) {
    try {
      await access(directory, constants.W_OK);
      return { check, level: 'ok', detail: `${resolve(path)} can be written` };
    } catch (error) {
      const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!missing || directory === dirname(directory)) {
        return {
          check,
          level: 'fail',
          detail: `${directory} cannot be written; set FUNC_ROOT to a directory that can`,
        };
      }
    }
  }
}

async function hugePages(): Promise<Finding> {
  const value = await firstLine('/sys/kernel/mm/transparent_hugepage/enabled');
  const always = value?.includes('[always]') === true;
  const advice = 'for a Redis host: echo madvise > /sys/kernel/mm/transparent_hugepage/enabled';
  return {
    check: 'transparent huge pages',
    level: always ? 'warn' : 'ok',
    detail: `${value ?? 'not there'}${always ? `; ${advice}` : ''}`,
  };
}

async function overcommit(): Promise<Finding> {
  const value = await firstLine('/proc/sys/vm/overcommit_memory');
  const level = value === '1' ? 'ok' : 'warn';
  const advice = value === '1' ? '' : '; for a Redis host: sysctl vm.overcommit_memory=1';
  return { check: 'vm.overcommit_memory', level, detail: `${value ?? 'not there'}${advice}` };
}

async function backlog(): Promise<Finding> {
  const value = Number((await firstLine('/proc/sys/net/core/somaxconn')) ?? 0);
  const level = value >= SOMAXCONN_MIN ? 'ok' : 'warn';
  return { check: 'net.core.somaxconn', level, detail: `${value}; at least ${SOMAXCONN_MIN} for Redis` };
}

async function firstLine(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).split('\n')[0]?.trim();
  } catch {
    return undefined;
  }
}

async function reachable(host: string, port: number): Promise<Finding> {
  const check = `Redis at ${host}:${port}`;
  return await new Promise((resolveFinding) => {
    const socket = createConnection({ host, port, timeout: CONNECT_TIMEOUT_MS });
    const answer = (level: Finding['level'], detail: string): void => {
      socket.destroy();
      resolveFinding({ check, level, detail });
    };
    socket.once('connect', () => {
      answer('ok', 'accepts connections');
    });
    socket.once('timeout', () => {
      answer('fail', `no answer within ${CONNECT_TIMEOUT_MS} ms`);
    });
    socket.once('error', (error) => {
      answer('fail', error.message);
    });
  });
}
