export { type Choices, FIRST_CHOICES, type Memory, recall, remember } from "./choices.ts";
export { type Device, type DeviceList, deviceList, newcomers, nextCamera, NO_DEVICES, present } from "./devices.ts";
export { firstLevel, type Level, loudnessOf, nextLevel } from "./level.ts";
export { type DeviceState, repairGuide, type RepairGuide, stateOfError, stateOfPermission } from "./permission.ts";
export { measureNetwork, type ProbeServer } from "./probe.ts";
export { type NetworkMeasure, type Verdict, verdictOf, type VerdictKey } from "./verdict.ts";
