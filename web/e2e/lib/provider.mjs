import { createServer } from "node:http";
import Provider, { interactionPolicy } from "oidc-provider";

const CLIENT = { client_id: "stoa", client_secret: "only-for-tests-only-for-tests-only" };
export const PROVIDER_NAME = "Example Login";

/**
 * A real OpenID provider, npm's `oidc-provider` with its own sign-in pages, on a free port of this
 * machine. What it says of people is in `people`, by the name under which they sign in there. It
 * answers once `begin` has told it where people come back to.
 */
export async function openProvider(people) {
  const http = createServer(async (request, response) => {
    if (!(await choosesAccount(provider, request, response))) provider.callback()(request, response);
  });
  await new Promise((listening) => http.listen(0, "127.0.0.1", listening));
  const issuer = `http://127.0.0.1:${http.address().port}`;
  let provider;
  return {
    issuer,
    /** What a server has to know of it. */
    settings: {
      STOA_AUTH_OIDC_NAME: PROVIDER_NAME,
      STOA_AUTH_OIDC_ISSUER: issuer,
      STOA_AUTH_OIDC_CLIENT_ID: CLIENT.client_id,
      STOA_AUTH_OIDC_CLIENT_SECRET: CLIENT.client_secret,
    },
    begin(callbackUrl) {
      const policy = interactionPolicy.base();
      policy.add(new interactionPolicy.Prompt({ name: "select_account", requestable: true }), 0);
      provider = new Provider(issuer, {
        interactions: { policy },
        clients: [{ ...CLIENT, redirect_uris: [callbackUrl], grant_types: ["authorization_code"], response_types: ["code"] }],
        claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
        findAccount: (_, accountId) => ({
          accountId,
          claims: () => ({ sub: accountId, ...people.get(accountId) }),
        }),
        pkce: { required: () => true },
        cookies: { keys: ["only-for-tests"] },
      });
      provider.on("server_error", (_, error) => console.error(error));
    },
    close: () => new Promise((closed) => http.close(closed).closeAllConnections()),
  };
}

/** The one page that `oidc-provider` leaves to whoever runs it: as whom one wants to go on. */
async function choosesAccount(provider, request, response) {
  if (!request.url.startsWith("/interaction/")) return false;
  const { prompt, session } = await provider.interactionDetails(request, response).catch(() => ({}));
  if (prompt?.name !== "select_account") return false;
  if (request.method !== "POST") {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<!doctype html><title>Choose an account</title><h1>Choose an account</h1>
      <p>You are signed in as ${session?.accountId ?? "nobody"}.</p>
      <form method="post" action="${request.url}"><input name="login" aria-label="Account"><button>Use this account</button></form>`);
    return true;
  }
  let body = "";
  for await (const chunk of request) body += chunk;
  const accountId = new URLSearchParams(body).get("login");
  const chosen = { select_account: {}, login: { accountId } };
  await provider.interactionFinished(request, response, chosen, { mergeWithLastSubmission: false });
  return true;
}
