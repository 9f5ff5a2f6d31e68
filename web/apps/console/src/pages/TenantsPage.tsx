import type { Tenant } from "@stoa/sdk/api";
import { Avatar, Button, Dialog, EmptyState, Field, FieldRow, IconButton, Input, List, ListItem, useFormat, useToast } from "@stoa/ui";
import { Building2, Pencil, Plus } from "lucide-react";
import { useState } from "react";
import { useAddTenant, useChangeAnyTenant, useTenants } from "../data/tenant.ts";
import { DialogForm } from "../shell/DialogForm.tsx";
import { Loaded } from "../shell/Loaded.tsx";
import { Page } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";
import { useCity } from "../time/useCity.ts";
import { ownZone } from "../time/zones.ts";
import { ZoneSelect } from "../time/ZoneSelect.tsx";

/** The merchants of the platform; for operators. */
export default function TenantsPage() {
  const t = useText();
  const tenants = useTenants();
  const [isAdding, add] = useState(false);
  return (
    <Page
      title={t("nav.tenants")}
      intro={t("tenants.intro")}
      actions={
        <Button tone="primary" icon={Plus} onClick={() => add(true)}>
          {t("tenants.add")}
        </Button>
      }
    >
      <Loaded query={tenants}>
        {(all) =>
          all.length === 0 ? (
            <div className="frame">
              <EmptyState icon={Building2} title={t("tenants.empty")} />
            </div>
          ) : (
            <List label={t("nav.tenants")}>
              {all.map((tenant) => (
                <TenantRow key={tenant.id} tenant={tenant} />
              ))}
            </List>
          )
        }
      </Loaded>
      <Dialog open={isAdding} onOpenChange={add} title={t("tenants.add")}>
        {isAdding && <TenantForm onDone={() => add(false)} />}
      </Dialog>
    </Page>
  );
}

function TenantRow({ tenant }: { tenant: Tenant }) {
  const t = useText();
  const format = useFormat();
  const cityOf = useCity();
  const [isEditing, edit] = useState(false);
  return (
    <ListItem
      lead={<Avatar name={tenant.name} seed={tenant.id} size={36} />}
      title={tenant.name}
      detail={`${tenant.slug} · ${cityOf(tenant.timezone)} · ${t("tenants.since", { day: format.date(tenant.created_at) })}`}
      end={
        <Dialog
          trigger={<IconButton size="sm" icon={Pencil} label={t("tenants.edit", { name: tenant.name })} />}
          open={isEditing}
          onOpenChange={edit}
          title={tenant.name}
        >
          {isEditing && <EditForm tenant={tenant} onDone={() => edit(false)} />}
        </Dialog>
      }
    />
  );
}

function EditForm({ tenant, onDone }: { tenant: Tenant; onDone: () => void }) {
  const t = useText();
  const { done } = useToast();
  const change = useChangeAnyTenant();
  const [name, setName] = useState(tenant.name);
  const [slug, setSlug] = useState(tenant.slug);
  const [zone, setZone] = useState(tenant.timezone);
  const submit = () => {
    change.mutate(
      { id: tenant.id, name: name.trim(), slug: slug.trim(), timezone: zone },
      {
        onSuccess: () => {
          done(t("common.saved"));
          onDone();
        },
      },
    );
  };
  return (
    <DialogForm error={change.error} busy={change.isPending} submit={t("common.save")} onSubmit={submit}>
      <TenantFields name={name} setName={setName} slug={slug} setSlug={setSlug} zone={zone} setZone={setZone} />
    </DialogForm>
  );
}

type FieldsProps = {
  name: string;
  setName: (name: string) => void;
  slug: string;
  setSlug: (slug: string) => void;
  zone: string;
  setZone: (zone: string) => void;
};

function TenantFields({ name, setName, slug, setSlug, zone, setZone }: FieldsProps) {
  const t = useText();
  return (
    <>
      <Field label={t("settings.name")}>
        <Input required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label={t("tenants.slug")} hint={t("tenants.slugHint")}>
        <Input required minLength={2} maxLength={40} pattern="[a-z0-9][a-z0-9\-]*[a-z0-9]" autoCapitalize="none" value={slug} onChange={(event) => setSlug(event.target.value)} />
      </Field>
      <Field label={t("settings.zone")}>
        <ZoneSelect value={zone} onChange={setZone} />
      </Field>
    </>
  );
}

function TenantForm({ onDone }: { onDone: () => void }) {
  const t = useText();
  const { done } = useToast();
  const add = useAddTenant();
  const [name, setName] = useState("");
  const [slug, setSlug] = useState("");
  const [zone, setZone] = useState(ownZone());
  const [owner, setOwner] = useState({ name: "", email: "" });
  const submit = () => {
    add.mutate(
      { name: name.trim(), slug: slug.trim(), timezone: zone, owner: { name: owner.name.trim(), email: owner.email.trim() } },
      {
        onSuccess: () => {
          done(t("tenants.added", { name }));
          onDone();
        },
      },
    );
  };
  return (
    <DialogForm error={add.error} busy={add.isPending} submit={t("tenants.add")} onSubmit={submit}>
      <TenantFields name={name} setName={setName} slug={slug} setSlug={setSlug} zone={zone} setZone={setZone} />
      <FieldRow>
        <Field label={t("tenants.ownerName")}>
          <Input required maxLength={100} value={owner.name} onChange={(event) => setOwner({ ...owner, name: event.target.value })} />
        </Field>
        <Field label={t("tenants.ownerEmail")} hint={t("tenants.ownerHint")}>
          <Input type="email" required maxLength={320} value={owner.email} onChange={(event) => setOwner({ ...owner, email: event.target.value })} />
        </Field>
      </FieldRow>
    </DialogForm>
  );
}
