import { callsModule } from '@faasm/guests';
import { test } from 'node:test';
import { checkEveryCall } from './check-every-call.ts';

for (const [language, name] of [
  ['C', 'state'],
  ['AssemblyScript', 'state-as'],
  ['Rust', 'state-rust'],
] as const) {
  test(`env: each call of state does what a program in ${language} asks of it, in a Faaslet that was used before too (I5)`, async (t) => {
    await checkEveryCall(t, await callsModule(name));
  });
}
