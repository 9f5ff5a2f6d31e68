export { type Banner, type BannerKey, givenUp, networkBanner, type NetworkBanner, type NetworkState, type Quality } from "./banner.ts";
export { type RoomNetwork, roomNetwork, type RoomNetworkView, type TrackRow } from "./room_network.ts";
export { barsOf, type Seen, type Sign, signOf } from "./sign.ts";
export { type Counters, readReport, roundTripOf, type Sample, type StatsEntry, type TrackStatistics } from "./statistics.ts";
