export interface Banned {
  readonly identity: string;
  readonly name: string;
  /** The account, or null for a guest. */
  readonly person_id: string | null;
}

export interface ModerationState {
  /** Then only hosts, co-hosts and those who were given the floor may speak. */
  readonly unmute_forbidden: boolean;
  /** Empty without the right `ban`. */
  readonly banned: readonly Banned[];
}
