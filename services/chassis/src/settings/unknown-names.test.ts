import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { SETTINGS } from './catalogue.ts';
import { unknownNameProblems } from './unknown-names.ts';

const NAMES = Object.keys(SETTINGS);

/** Variables that shells, terminals, npm, Node, CI systems, Kubernetes and containers set, or operators for them. */
const USUAL = `
  PATH HOME HOSTNAME LANG LANGUAGE LC_ALL LC_CTYPE LOGNAME USER USERNAME SHELL SHLVL PWD OLDPWD TERM TERM_PROGRAM
  COLORTERM COLUMNS LINES EDITOR VISUAL PAGER LESS MAIL DISPLAY TMPDIR TEMP TMP TZ UID EUID PS1 IFS _ HISTFILE HISTSIZE
  SSH_AUTH_SOCK SSH_CLIENT SSH_CONNECTION SSH_TTY SUDO_USER SUDO_COMMAND XDG_RUNTIME_DIR XDG_SESSION_ID XDG_CONFIG_HOME
  DBUS_SESSION_BUS_ADDRESS INVOCATION_ID JOURNAL_STREAM NOTIFY_SOCKET LISTEN_FDS MAINPID SYSTEMD_EXEC_PID
  NODE NODE_ENV NODE_OPTIONS NODE_PATH NODE_VERSION NODE_EXTRA_CA_CERTS NODE_TEST_CONTEXT NODE_V8_COVERAGE NO_COLOR
  FORCE_COLOR DEBUG INIT_CWD npm_config_loglevel npm_config_registry npm_execpath npm_lifecycle_event npm_package_name
  npm_package_version npm_node_execpath YARN_VERSION HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy
  CI GITHUB_ACTIONS GITHUB_WORKSPACE RUNNER_TEMP BUILD_NUMBER JOB_NAME KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT
  KUBERNETES_SERVICE_PORT_HTTPS KUBERNETES_PORT KUBERNETES_PORT_443_TCP KUBERNETES_PORT_443_TCP_ADDR POD_NAME
  POD_NAMESPACE POD_IP NODE_NAME HOST_IP EDGE_SERVICE_HOST EDGE_SERVICE_PORT REDIS_QUEUE_SERVICE_HOST
  REDIS_QUEUE_SERVICE_PORT UPLOAD_SERVICE_HOST PORT HOST ADDRESS container DOCKER_HOST REDIS_URL REDIS_PASSWORD
  OTEL_SERVICE_NAME OTEL_EXPORTER_OTLP_ENDPOINT UV_THREADPOOL_SIZE MALLOC_ARENA_MAX LD_LIBRARY_PATH LD_PRELOAD
  AWS_REGION AWS_ACCESS_KEY_ID GOPATH JAVA_HOME PYTHONPATH VIRTUAL_ENV DEBIAN_FRONTEND
`
  .trim()
  .split(/\s+/);

test('unknownNameProblems lets the usual variables pass', () => {
  assert.ok(USUAL.length > 100);
  assert.deepEqual(unknownNameProblems(Object.fromEntries(USUAL.map((name) => [name, 'x']))), []);
});

test('unknownNameProblems lets every setting pass', () => {
  assert.deepEqual(unknownNameProblems(Object.fromEntries(NAMES.map((name) => [name, 'x']))), []);
});

test('unknownNameProblems names what is near to a setting, and the setting', () => {
  const slips: Record<string, string> = {
    LOGLEVEL: 'LOG_LEVEL',
    log_level: 'LOG_LEVEL',
    REDIS_QUEU_HOST: 'REDIS_QUEUE_HOST',
    THREADS_PER_WORKERS: 'THREADS_PER_WORKER',
    FUNC_ROTO: 'FUNC_ROOT',
    FAASM_EDGE_PORT: 'EDGE_PORT',
  };
  for (const [slip, near] of Object.entries(slips)) {
    const [problem = '', ...others] = unknownNameProblems({ [slip]: 'secret' });
    assert.ok(problem.startsWith(`${slip} is not a setting`), `${slip}: ${problem}`);
    assert.ok(problem.endsWith(near), `${slip}: ${problem}`);
    assert.ok(!problem.includes('secret'));
    assert.deepEqual(others, []);
  }
});

test('unknownNameProblems passes over what Kubernetes makes of Services, and over what is unset', () => {
  const links = { REDIS_QUEUE_PORT: 'tcp://10.0.0.7:6379', REDIS_STATE_PORT: 'tcp://10.0.0.8:6379' };
  assert.deepEqual(unknownNameProblems({ ...links, LOG_LEVELS: undefined }), []);
  assert.equal(unknownNameProblems({ REDIS_QUEUE_PORT: '6379' }).length, 1);
});

test('unknownNameProblems finds every setting with one or two characters wrong', () => {
  const slip = fc
    .tuple(fc.constantFrom(...NAMES), fc.nat(), fc.constantFrom('X', '', 'Q_'))
    .map(([name, at, put]) => name.slice(0, at % name.length) + put + name.slice((at % name.length) + 1))
    .filter((name) => !NAMES.includes(name));
  fc.assert(
    fc.property(slip, (name) => {
      assert.equal(unknownNameProblems({ [name]: 'x' }).length, 1);
    }),
  );
});
