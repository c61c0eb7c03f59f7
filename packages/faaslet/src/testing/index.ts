export { PreparedInstance } from '../instance/prepared-instance.ts';
export { PREPARED_EXPORT } from '../module/names.ts';
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
