/*
 * From a raised hand to the stage: a webinar with real Chromiums, each a process of its own. A
 * member of the audience raises his hand, the host lets him speak, and turning his microphone and
 * his camera on he is heard and seen by the host and by another member. All pages have the same
 * clock. Prints one table.
 */
import { loadavg } from "node:os";
import { gatheringPlace } from "../lib/meet.mjs";
import { medianAndTail, row, sorted } from "./table.mjs";

const TIMES = Number(process.argv[2] ?? 12);
