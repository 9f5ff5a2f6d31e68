export interface ModerationState {
  readonly unmute_forbidden: boolean;
  readonly banned: readonly { readonly identity: string; readonly name: string }[];
}
