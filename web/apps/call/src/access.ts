/** How the page gets its token: from the link's fragment, or from a server in development mode. */
export interface Access {
  url: string;
  token: string;
}

export class NoAccess extends Error {}

export const roomName = new URLSearchParams(location.search).get("room") ?? "demo";

/** The fragment is used because browsers do not send it to any server or put it in a referrer. */
function tokenInLink(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get("token");
}

export async function access(name: string): Promise<Access> {
  const url = location.origin.replace(/^http/, "ws");
  const inLink = tokenInLink();
  if (inLink) return { url, token: inLink };
  const response = await fetch("/dev/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ room: roomName, name }),
  });
  if (response.status === 404) throw new NoAccess();
  if (!response.ok) throw new Error(await response.text());
  const { token } = (await response.json()) as { token: string };
  return { url, token };
}

export function joinLink(): string {
  const link = new URL(location.href);
  link.searchParams.set("room", roomName);
  return link.toString();
}
