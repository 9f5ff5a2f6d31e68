import { after, before } from "node:test";
import { startBrowser } from "./browser.mjs";
import { startServer } from "./server.mjs";

export const RED = [200, 30, 30];
export const GREEN = [30, 160, 60];
export const BLUE = [30, 30, 200];
export const MODES = { "one peer connection": true, "two peer connections": false };

/** Video codecs change colours a little; a wrong picture changes them a lot. */
export const looksLike = (color) => (seen) =>
  Boolean(seen) && seen.color.every((value, at) => Math.abs(value - color[at]) < 40);

export const sounds = (frequency) => (heard) =>
  Boolean(heard) && heard.rms > 0.05 && Math.abs(heard.frequency - frequency) < 20;

export const silent = (heard) => !heard || heard.rms < 0.005;

/**
 * One server and one browser for a file of tests. The result's `join` opens a page and enters a
 * room; pages are closed after each test by `leave`.
 */
export function meeting({ settings = {}, flags = [] } = {}) {
  const place = { server: null, browser: null, clients: [] };
  before(async () => {
    place.server = await startServer(settings);
    place.browser = await startBrowser(flags);
  });
  after(async () => {
    await place.browser?.stop();
    await place.server?.stop();
  });

  place.join = async (identity, room, { single = true, grant, claims, connect, e2eeKey, prepare, ...options } = {}) => {
    const client = await place.browser.client(prepare);
    place.clients.push(client);
    const token = await place.server.token(identity, room, grant, claims);
    client.joined = await client.connect({
      url: place.server.url,
      token,
      options: { singlePeerConnection: single, ...options },
      connect,
      e2eeKey,
    });
    return client;
  };

  place.leave = async () => {
    const clients = place.clients.splice(0);
    await Promise.all(clients.map((client) => client.close().catch(() => {})));
  };

  /** The room service of the same server, by the published SDK. */
  place.service = async () => {
    const { RoomServiceClient } = await import("livekit-server-sdk");
    return new RoomServiceClient(place.server.http, place.server.key, place.server.secret);
  };
  return place;
}
