/**
 * Whether a value was put there by Kubernetes or Docker rather than by an operator: for a service `edge` they set
 * `EDGE_PORT=tcp://10.0.0.1:8080`.
 */
export function isServiceLink(value: string): boolean {
  return /^(?:tcp|udp|sctp):\/\//.test(value);
}
