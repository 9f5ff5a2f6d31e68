import { ProblemError, type SignedIn } from "@stoa/sdk/api";
import { type Query, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "./api.ts";

/** Null: nobody is signed in. */
export function useMe() {
  return useQuery({
    queryKey: ["me"],
    queryFn: () =>
      api.session.current().catch((error: unknown) => {
        if (error instanceof ProblemError && error.status === 401) return null;
        throw error;
      }),
    staleTime: 60_000,
  });
}

export function useAuthMethods() {
  return useQuery({ queryKey: ["auth-methods"], queryFn: api.session.methods, staleTime: Number.POSITIVE_INFINITY });
}

/** Whoever comes in, or changes the tenant, sees nothing of what was loaded before. */
function useArrival<V>(arrive: (value: V) => Promise<SignedIn>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: arrive,
    onSuccess: (me) => {
      queries.setQueryData(["me"], me);
      queries.removeQueries({ predicate: isOfTenant, type: "inactive" });
      return queries.resetQueries({ predicate: isOfTenant });
    },
  });
}

/** All but who one is: the pages that show it are told of that by its query, which therefore has to stay. */
const isOfTenant = ({ queryKey: [name] }: Query): boolean => name !== "me" && name !== "auth-methods";

export const useSignIn = () =>
  useArrival(({ email, password }: { email: string; password: string }) => api.session.signIn(email, password));

export const useMagicSignIn = () => useArrival((token: string) => api.session.signInByMagicLink(token));

export const useChangeTenant = () => useArrival((tenantId: string) => api.session.workIn(tenantId));

export const useMagicLink = () => useMutation({ mutationFn: (email: string) => api.session.requestMagicLink(email) });

export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.session.signOut(),
    onSuccess: async () => {
      // An answer that is under way would say that somebody is still signed in.
      await queries.cancelQueries({ queryKey: ["me"] });
      queries.setQueryData(["me"], null);
      queries.removeQueries({ predicate: isOfTenant });
    },
  });
}

/** Whether the signed-in person looks after the tenant; staff see and change rooms only (crates/tenancy/src/rights.rs). */
export function useIsAdmin(): boolean {
  const role = useMe().data?.tenant_role;
  return role === "owner" || role === "admin";
}
