import { LinuxMemoryMapper } from '@faasm/adapter-linux';
import { createProtoFaaslet } from '@faasm/faaslet';
import { assemble, TestEngine } from '@faasm/faaslet/testing';
import { COMMON_LAUNCH } from '@faasm/host-interface';
import assert from 'node:assert/strict';
import { fstatSync } from 'node:fs';
import { test } from 'node:test';
import { SharedProto } from './shared-proto.ts';

const LIMITS = { memoryBytes: 4 * 65_536, outputBytes: 100, logBytes: 100 };

test('SharedProto keeps its image open until it is evicted and nobody holds it, then closes it once', async () => {
  const mapper = new LinuxMemoryMapper();
  const engine = new TestEngine(mapper, { imports: () => ({}), options: { limits: LIMITS } });
  const initialized = await engine.initialize(
    assemble({ memory: { min: 1 }, functions: [{ name: '_start', body: [] }] }),
  );
  assert.ok(!('outcome' in initialized));
  const snapshot = { pages: 1, extents: [], globals: initialized.globals, tables: [] };
  const proto = createProtoFaaslet(initialized.source, snapshot, mapper);
  const fd = proto.reset.image?.fd ?? -1;
  const shared = new SharedProto(proto, { mapper, limits: LIMITS, launch: COMMON_LAUNCH, files: undefined });
  shared.hold();
  shared.hold();
  shared.release();
  shared.evict();
  assert.equal(fstatSync(fd).size, 65_536, 'one still holds it');
  shared.release();
  assert.throws(() => fstatSync(fd), /EBADF/);
  shared.evict();
});
