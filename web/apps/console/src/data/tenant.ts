import type { AuditQuery, StaffMember, Tenant, Webhook } from "@stoa/sdk/api";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, MOST_AT_ONCE } from "./api.ts";

/** A write, after which what it may have changed is read anew. */
function useChange<V, R>(changed: readonly (readonly string[])[], change: (value: V) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => Promise.all(changed.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}

export const useTenant = () => useQuery({ queryKey: ["tenant"], queryFn: api.tenant.read });

export const useChangeTenantSettings = () =>
  useChange([["tenant"], ["me"]], (patch: Partial<Omit<Tenant, "id">>) => api.tenant.update(patch));

export const useSetLogo = () => useChange([["tenant"], ["me"]], (picture: Blob) => api.tenant.setLogo(picture));

export const useTakeLogoDown = () => useChange([["tenant"], ["me"]], () => api.tenant.deleteLogo());

export const useTenants = () =>
  useQuery({ queryKey: ["tenants"], queryFn: async () => (await api.tenants.list({ limit: MOST_AT_ONCE })).items });

export type NewTenant = Parameters<typeof api.tenants.create>[0];

export const useAddTenant = () => useChange([["tenants"], ["me"]], (tenant: NewTenant) => api.tenants.create(tenant));

export const useChangeAnyTenant = () =>
  useChange([["tenants"], ["tenant"], ["me"]], ({ id, ...patch }: { id: string } & Partial<Pick<Tenant, "name" | "slug" | "timezone">>) =>
    api.tenants.update(id, patch),
  );

export const usePeople = () =>
  useQuery({ queryKey: ["people"], queryFn: async () => (await api.people.list({ limit: MOST_AT_ONCE })).items });

export type NewPerson = Parameters<typeof api.people.create>[0];

export const useAddPerson = () => useChange([["people"]], (person: NewPerson) => api.people.create(person));

export const useChangePerson = () =>
  useChange([["people"], ["me"]], ({ id, ...patch }: { id: string } & Partial<Pick<StaffMember, "name" | "role" | "locale">> & { password?: string }) =>
    api.people.update(id, patch),
  );

export const useRemovePerson = () => useChange([["people"]], (id: string) => api.people.delete(id));

export const useApiKeys = () =>
  useQuery({ queryKey: ["api-keys"], queryFn: async () => (await api.apiKeys.list({ limit: MOST_AT_ONCE })).items });

export type NewApiKey = Parameters<typeof api.apiKeys.create>[0];

export const useCreateApiKey = () => useChange([["api-keys"]], (key: NewApiKey) => api.apiKeys.create(key));

export const useRevokeApiKey = () => useChange([["api-keys"]], (id: string) => api.apiKeys.revoke(id));

export const useWebhooks = () =>
  useQuery({ queryKey: ["webhooks"], queryFn: async () => (await api.webhooks.list({ limit: MOST_AT_ONCE })).items });

export const useWebhook = (id: string) => useQuery({ queryKey: ["webhooks", id], queryFn: () => api.webhooks.read(id) });

export type NewWebhook = Parameters<typeof api.webhooks.create>[0];

export const useCreateWebhook = () => useChange([["webhooks"]], (webhook: NewWebhook) => api.webhooks.create(webhook));

export const useChangeWebhook = () =>
  useChange([["webhooks"]], ({ id, ...patch }: { id: string } & Partial<Pick<Webhook, "url" | "events" | "enabled">>) =>
    api.webhooks.update(id, patch),
  );

/** With a new secret; the old one signs nothing any more. */
export const useNewWebhookSecret = () => useChange([["webhooks"]], (id: string) => api.webhooks.update(id, { new_secret: true }));

export const useTestWebhook = (id: string) => useChange([["webhooks", id, "deliveries"]], () => api.webhooks.test(id));

export const useDeleteWebhook = () => useChange([["webhooks"]], (id: string) => api.webhooks.delete(id));

export function useDeliveries(webhookId: string) {
  return useInfiniteQuery({
    queryKey: ["webhooks", webhookId, "deliveries"],
    queryFn: ({ pageParam }) => api.webhooks.deliveries(webhookId)({ limit: 50, ...(pageParam && { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export const useRetryDelivery = (webhookId: string) =>
  useChange([["webhooks", webhookId, "deliveries"]], (id: string) => api.webhooks.retry(webhookId, id));

export function useAudit(filter: AuditQuery) {
  return useInfiniteQuery({
    queryKey: ["audit", filter],
    queryFn: ({ pageParam }) => api.audit.list({ ...filter, limit: 50, ...(pageParam && { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

export const useVerifyAudit = () => useMutation({ mutationFn: () => api.audit.verify() });
