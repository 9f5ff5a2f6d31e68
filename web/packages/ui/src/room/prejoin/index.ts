/** The pre-join page in parts. Nothing here loads livekit-client: a join page is small until it is left. */
export { deviceId, rememberChoices, rememberedChoices } from "./choices.ts";
export { DeviceRows } from "./DeviceRows.tsx";
export { NetworkVerdict, useNetworkVerdict } from "./NetworkVerdict.tsx";
export { PermissionRepair } from "./PermissionRepair.tsx";
export { Preview } from "./Preview.tsx";
export { type PreJoinState, usePreJoin } from "./usePreJoin.ts";
