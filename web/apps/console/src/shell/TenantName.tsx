import type { SignedIn } from "@stoa/sdk/api";
import { Menu, MenuChoices } from "@stoa/ui";
import { ChevronsUpDown } from "lucide-react";
import { useChangeTenant } from "../data/session.ts";
import { useText } from "../text/index.ts";
import { Logo } from "./Logo.tsx";

/** Where one works; a menu for those who work for several. */
export function TenantName({ me }: { me: SignedIn }) {
  const t = useText();
  const change = useChangeTenant();
  const name = me.tenant?.name ?? "Stoa";
  const face = (
    <>
      <Logo fileId={me.tenant?.brand.logo_file_id} name={name} />
      <span className="tenant-name-text">{name}</span>
    </>
  );
  if (me.tenants.length < 2) return <div className="tenant-name">{face}</div>;
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className="tenant-name tenant-switch" aria-label={t("nav.changeTenant", { name })}>
          {face}
          <ChevronsUpDown aria-hidden size={14} />
        </button>
      }
    >
      <MenuChoices
        label={t("nav.tenantsOfYours")}
        value={me.tenant?.id ?? ""}
        options={me.tenants.map((tenant) => ({ value: tenant.id, label: tenant.name }))}
        onChange={(id) => change.mutate(id)}
      />
    </Menu>
  );
}
