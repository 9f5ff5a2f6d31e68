import type { Brand } from "@stoa/sdk/api";

/** What opens the meeting, and with what switched on. */
export interface Ticket {
  readonly code: string;
  readonly url: string;
  readonly token: string;
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean;
}

export const logoUrlOf = (brand: Brand): string | null =>
  brand.logo_file_id ? `/v1/logos/${encodeURIComponent(brand.logo_file_id)}` : null;
