import { MalformedModuleError, type BinaryReader } from './binary-reader.ts';
import { OPCODE, skipBulk, skipGc, skipImmediates, skipSimd } from './immediates.ts';

/** Reads the rest of an instruction whose first byte was read. Throws `MalformedModuleError` for what is not known. */
export function skipInstruction(reader: BinaryReader, opcode: number): void {
  if (opcode < OPCODE.gc) skipImmediates(reader, opcode);
  else if (opcode === OPCODE.bulk) skipBulk(reader, reader.u32());
  else if (opcode === OPCODE.simd) skipSimd(reader, reader.u32());
  else if (opcode === OPCODE.gc) skipGc(reader, reader.u32());
  else if (opcode === OPCODE.atomic) throw new MalformedModuleError('It uses atomic instructions (threads)');
  else skipImmediates(reader, opcode);
}

/** Reads a constant expression and its `end`; returns its instructions without the `end`. */
export function constantExpression(reader: BinaryReader): Uint8Array {
  return reader
    .taken(() => {
      for (let opcode = reader.u8(); opcode !== OPCODE.end; opcode = reader.u8()) {
        skipInstruction(reader, opcode);
      }
    })
    .subarray(0, -1);
}
