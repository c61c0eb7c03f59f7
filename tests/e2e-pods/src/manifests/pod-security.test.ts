import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { restrictedViolations } from './pod-security.ts';

const CONTAINER: IContainer = {
  name: 'one',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};

const POD: IPodSpec = {
  containers: [CONTAINER],
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
};

test('restrictedViolations admits a pod that gives up every privilege', () => {
  assert.deepEqual(restrictedViolations(POD), []);
});

const POD_CHANGES: readonly (readonly [violation: RegExp, change: Partial<IPodSpec>])[] = [
  [/network of the node/, { hostNetwork: true }],
  [/processes of the node/, { hostPID: true }],
  [/IPC of the node/, { hostIPC: true }],
  [/may run as root/, { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }],
  [/no seccomp profile/, { securityContext: { runAsNonRoot: true } }],
  [/no seccomp profile/, security({ seccompProfile: { type: 'Unconfined' } })],
  [/user 0/, security({ runAsUser: 0 })],
  [/sysctls/, security({ sysctls: [{ name: 'net.core.somaxconn', value: '65535' }] })],
  [/SELinux/, security({ seLinuxOptions: { type: 'spc_t' } })],
  [/AppArmor/, security({ appArmorProfile: { type: 'Unconfined' } })],
  [/Windows/, security({ windowsOptions: { hostProcess: true } })],
  [/volume of the node/, { volumes: [{ name: 'root', hostPath: { path: '/' } }] }],
  [/volume of the node/, { volumes: [{ name: 'share', nfs: { server: 'nfs.example.com', path: '/' } }] }],
  [/ephemeral/, { ephemeralContainers: [{ name: 'shell' }] }],
  [/keeps capabilities/, { initContainers: [{ name: 'first' }] }],
];

for (const [violation, change] of POD_CHANGES) {
  test(`restrictedViolations refuses a pod with ${JSON.stringify(change)}`, () => {
    assert.match(restrictedViolations({ ...POD, ...change }).join('\n'), violation);
  });
}

const CONTAINER_CHANGES: readonly (readonly [violation: RegExp, change: Partial<IContainer>])[] = [
  [/privileged/, own({ privileged: true })],
  [/gain privileges/, { securityContext: { capabilities: { drop: ['ALL'] } } }],
  [/gain privileges/, own({ allowPrivilegeEscalation: true })],
  [/keeps capabilities/, { securityContext: { allowPrivilegeEscalation: false } }],
  [/keeps capabilities/, own({ capabilities: { drop: ['NET_RAW'] } })],
  [/adds capabilities/, own({ capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } })],
  [/may run as root/, own({ runAsNonRoot: false })],
  [/user 0/, own({ runAsUser: 0 })],
  [/seccomp/, own({ seccompProfile: { type: 'Unconfined' } })],
  [/\/proc/, own({ procMount: 'Unmasked' })],
  [/SELinux/, own({ seLinuxOptions: { user: 'root' } })],
  [/AppArmor/, own({ appArmorProfile: { type: 'Unconfined' } })],
  [/Windows/, own({ windowsOptions: { hostProcess: true } })],
  [/port of the node/, { ports: [{ containerPort: 80, hostPort: 80 }] }],
  [/another host/, { livenessProbe: { httpGet: { host: '169.254.169.254', port: 80 } } }],
  [/another host/, { lifecycle: { preStop: { tcpSocket: { host: '10.0.0.1', port: 22 } } } }],
];

for (const [violation, change] of CONTAINER_CHANGES) {
  test(`restrictedViolations refuses a container with ${JSON.stringify(change)}`, () => {
    const violations = restrictedViolations({ ...POD, containers: [{ ...CONTAINER, ...change }] });
    assert.match(violations.join('\n'), violation);
  });
}

function security(more: IPodSpec['securityContext']): Partial<IPodSpec> {
  return { securityContext: { ...POD.securityContext, ...more } };
}

function own(more: IContainer['securityContext']): Partial<IContainer> {
  return { securityContext: { ...CONTAINER.securityContext, ...more } };
}
