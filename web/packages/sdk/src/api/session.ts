import type { Http } from "./http.ts";
import type { Brand } from "./tenant.ts";

export type TenantRole = "owner" | "admin" | "staff";

export interface SignedIn {
  readonly person: { readonly id: string; readonly name: string; readonly email: string; readonly locale: string };
  /** The tenant one works in; null for an operator who belongs to none. */
  readonly tenant: null | { readonly id: string; readonly name: string; readonly slug: string; readonly brand: Brand };
  readonly tenant_role: TenantRole | null;
  readonly platform_role: null | "operator";
  /** All that one may work in. */
  readonly tenants: readonly { readonly id: string; readonly name: string; readonly slug: string }[];
}

export interface AuthMethods {
  readonly password: boolean;
  /** Links by e-mail arrive here. */
  readonly magic_link: boolean;
  readonly oidc: null | { readonly name: string };
}

export const session = (http: Http) => ({
  signIn: (email: string, password: string) => http.post<SignedIn>("/v1/session", { email, password }),
  /** Fails with `ProblemError` of status 401 when nobody is signed in. */
  current: () => http.get<SignedIn>("/v1/session"),
  signOut: () => http.delete("/v1/session"),
  workIn: (tenant_id: string) => http.post<SignedIn>("/v1/session/tenant", { tenant_id }),
  methods: () => http.get<AuthMethods>("/v1/auth/methods"),
  /** Where to send the browser for OpenID Connect. */
  oidcUrl: (return_to: string) => http.url("/v1/auth/oidc/start", { return_to }),
  requestMagicLink: (email: string) => http.post("/v1/magic-links", { email }),
  signInByMagicLink: (token: string) => http.post<SignedIn>("/v1/session/magic", { token }),
});
