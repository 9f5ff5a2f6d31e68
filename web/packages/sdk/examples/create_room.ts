// Creates a meeting for tomorrow and prints what a customer and the host enter by. Runs on a server of yours.
import { createApi, ProblemError } from "@stoa/sdk/api";

const { SERVER: baseUrl = "http://127.0.0.1:7880", API_KEY: apiKey = "" } = process.env;
const api = createApi({ baseUrl, apiKey });
const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString().slice(0, 10);

try {
  const room = await api.rooms.create({
    kind: "meeting",
    title: "Price list, spring",
    schedule: { starts_at: `${tomorrow}T15:00`, timezone: "Asia/Shanghai", duration_min: 45, recurrence: null },
    settings: { lobby: true },
  });
  const guest = await api.rooms.createLink(room.id, { role: "member", label: "Supplier", max_uses: 1 });
  const host = await api.rooms.token(room.id, { identity: "clerk-7", name: "Clerk", role: "host" });
  console.log(JSON.stringify({ room: room.id, everybody: room.link?.url, guest: guest.url, host }));
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
