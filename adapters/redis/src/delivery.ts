import { decodeCall, type Call, type CallId } from '@faasm/protocol';
import type { Reply } from './connection.ts';
import { bytesOf, listOf, textOf } from './reply.ts';

/** An entry of the stream as it was delivered to this consumer. */
export interface Delivery {
  readonly id: CallId;
  /** The call, or why its bytes cannot be read. */
  readonly call: Call | Error;
  /** Names the entry and its delivery: what a lease must show. */
  readonly token: string;
  /** Which delivery of the call this is; 1 for the first. */
  readonly number: number;
  /** How many earlier deliveries were lost with their workers, rather than handed back. */
  readonly lost: number;
}

const TOKEN_PATTERN = /^(?<entry>\d+-\d+):(?<delivery>\d+)$/;

/** Reads the `fields` of an entry that was delivered for the `entryDelivery`th time. */
export function readDelivery(
  entry: Reply | undefined,
  entryDelivery: number,
  fields: Reply | undefined,
): Delivery {
  const [, id, , call, , before, , lost] = listOf(fields);
  return {
    id: textOf(id),
    call: decode(bytesOf(call)),
    token: `${textOf(entry)}:${entryDelivery}`,
    number: Number(textOf(before)) + entryDelivery,
    lost: Number(textOf(lost)) + entryDelivery - 1,
  };
}

/** The entry and its delivery that a token names; undefined for what this adapter never gave out. */
export function readToken(token: string): [entry: string, delivery: string] | undefined {
  const { entry, delivery } = TOKEN_PATTERN.exec(token)?.groups ?? {};
  return entry === undefined || delivery === undefined ? undefined : [entry, delivery];
}

/** Other versions may write what this one cannot read: that is no reason to lose the calls delivered with it. */
function decode(bytes: Uint8Array): Call | Error {
  try {
    return decodeCall(bytes);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
