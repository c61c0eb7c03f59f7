export { assemble, I32, I64, OP, type Code, type TestFunctionType, type TestModule } from './assemble.ts';
export { TestEngine, type TestGuestOptions, type TestImports } from './test-engine.ts';
