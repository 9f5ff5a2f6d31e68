import { createServer, request } from "node:http";
import { connect } from "node:net";
import { fromDisk, policyOf } from "./pages.mjs";

/**
 * Where browsers find the server. With `MEET_DIST` in the environment that is a door of its own which
 * has the app from that folder, and the rest, WebSockets too, from the server behind it: requests that
 * Playwright itself answers leave no way for WebSockets.
 */
export async function frontOf(server) {
  if (!process.env.MEET_DIST) return { origin: server.http, close: () => {} };
  const policy = await policyOf(server.http);
  const { hostname, port } = new URL(server.http);
  const door = createServer(async (asked, answer) => {
    const page = await fromDisk(asked.url, policy);
    if (page) return answer.writeHead(200, page.headers).end(page.body);
    const { method, url: path, headers } = asked;
    const behind = request({ hostname, port, method, path, headers }, (found) => {
      answer.writeHead(found.statusCode, found.headers);
      found.pipe(answer);
    });
    behind.on("error", () => answer.destroy());
    answer.on("close", () => behind.destroy());
    asked.pipe(behind);
  });
  door.on("upgrade", (asked, socket, head) => {
    const behind = connect({ host: hostname, port }, () => {
      const headers = asked.rawHeaders.map((text, at) => (at % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join("");
      behind.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${headers}\r\n`);
      behind.write(head);
      behind.pipe(socket).pipe(behind);
    });
    for (const end of [socket, behind]) end.on("error", () => [socket, behind].forEach((one) => one.destroy()));
  });
  await new Promise((done) => door.listen(0, hostname, done));
  return { origin: `http://${hostname}:${door.address().port}`, close: () => door.close() };
}
