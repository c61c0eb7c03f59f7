export {
  assemble,
  FUNCREF,
  I32,
  I64,
  OP,
  V128,
  type Code,
  type TestFunctionType,
  type TestModule,
} from './assemble.ts';
export { LoneGuest } from './lone-guest.ts';
export { finishNow } from './finish-now.ts';
export { TestEngine, type TestGuestOptions, type TestImports } from './test-engine.ts';
