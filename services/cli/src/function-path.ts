import { formatFunctionRef, parseFunctionRef } from '@faasm/protocol';

/** The path of a function at the upload service. Throws `request.bad_name`. */
export function functionPath(qualified: string): string {
  return `/f/${formatFunctionRef(parseFunctionRef(qualified))}`;
}
