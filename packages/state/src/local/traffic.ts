/** What a host has exchanged with the global tier until now, in bytes of values. */
export interface Traffic {
  pulledBytes: number;
  /** Sent, whether or not the push then succeeded. */
  pushedBytes: number;
}
