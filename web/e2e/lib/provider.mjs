import { createServer } from "node:http";
import Provider from "oidc-provider";

const CLIENT = { client_id: "stoa", client_secret: "only-for-tests-only-for-tests-only" };
export const PROVIDER_NAME = "Example Login";

/**
 * A real OpenID provider, npm's `oidc-provider` with its own sign-in pages, on a free port of this
 * machine. What it says of people is in `people`, by the name under which they sign in there. It
 * answers once `begin` has told it where people come back to.
 */
export async function openProvider(people) {
  const http = createServer((request, response) => provider.callback()(request, response));
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
      provider = new Provider(issuer, {
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
