import { Providers } from "@stoa/ui";
import { JoinPage } from "./JoinPage.tsx";
import { useInvitation } from "./useInvitation.ts";

/** Loads what the link leads to, and dresses the page in the tenant's brand. */
export function JoinRoute({ code }: { code: string }) {
  const loaded = useInvitation(code);
  const brand = loaded.state === "loaded" ? loaded.invitation.tenant.brand : null;
  return (
    <Providers brand={brand}>
      <JoinPage code={code} loaded={loaded} />
    </Providers>
  );
}
