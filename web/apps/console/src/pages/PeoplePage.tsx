import type { StaffMember, TenantRole } from "@stoa/sdk/api";
import { Avatar, Badge, Button, ConfirmDialog, Dialog, EmptyState, Field, IconButton, Input, List, ListItem, Menu, MenuItem, Password, SearchInput, Select, useToast } from "@stoa/ui";
import { Ellipsis, Pencil, UserMinus, UserPlus, Users } from "lucide-react";
import { useState } from "react";
import { useIsAdmin, useMe } from "../data/session.ts";
import { useAddPerson, useChangePerson, usePeople, useRemovePerson } from "../data/tenant.ts";
import { DialogForm } from "../shell/DialogForm.tsx";
import { Loaded } from "../shell/Loaded.tsx";
import { Page } from "../shell/Page.tsx";
import { MIN_PASSWORD } from "../tenant/password.ts";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";

const TENANT_ROLES: readonly TenantRole[] = ["owner", "admin", "staff"];
/** Shorter lists are read faster than searched. */
const WORTH_SEARCHING = 8;

export default function PeoplePage() {
  const t = useText();
  const people = usePeople();
  const isAdmin = useIsAdmin();
  const [isAdding, add] = useState(false);
  const [query, setQuery] = useState("");
  return (
    <Page
      title={t("nav.people")}
      intro={t("people.intro")}
      actions={
        isAdmin && (
          <Button tone="primary" icon={UserPlus} onClick={() => add(true)}>
            {t("people.add")}
          </Button>
        )
      }
    >
      <Loaded query={people}>
        {(all) => {
          const found = all.filter(({ name, email }) => `${name} ${email}`.toLowerCase().includes(query.trim().toLowerCase()));
          return (
            <div className="stack">
              {all.length >= WORTH_SEARCHING && <SearchInput label={t("people.search")} value={query} onChange={(event) => setQuery(event.target.value)} />}
              {found.length === 0 ? (
                <div className="frame">
                  <EmptyState icon={Users} title={t("people.nobodyFound")} />
                </div>
              ) : (
                <List label={t("nav.people")}>
                  {found.map((person) => (
                    <PersonRow key={person.id} person={person} isAdmin={isAdmin} />
                  ))}
                </List>
              )}
            </div>
          );
        }}
      </Loaded>
      <Dialog open={isAdding} onOpenChange={add} title={t("people.add")} description={t("people.addText")}>
        {isAdding && <PersonForm onDone={() => add(false)} />}
      </Dialog>
    </Page>
  );
}

function PersonRow({ person, isAdmin }: { person: StaffMember; isAdmin: boolean }) {
  const t = useText();
  const problemText = useProblemText();
  const { done, failed } = useToast();
  const isMe = useMe().data?.person.id === person.id;
  const [question, ask] = useState<"edit" | "remove" | null>(null);
  const remove = useRemovePerson();
  const confirm = () =>
    remove.mutate(person.id, {
      onSuccess: () => done(t("people.removed", { name: person.name })),
      onError: (error) => {
        ask(null);
        failed(t("common.failed"), problemText(error));
      },
    });
  return (
    <ListItem
      lead={<Avatar name={person.name} seed={person.id} size={36} />}
      title={
        <>
          {person.name}
          {isMe && <span className="muted small">{t("people.you")}</span>}
        </>
      }
      detail={<span className="truncate">{person.email}</span>}
      end={
        <>
          <Badge tone={person.role === "staff" ? "neutral" : "accent"}>{t(`tenantRole.${person.role}`)}</Badge>
          {isAdmin && (
            <Menu trigger={<IconButton size="sm" icon={Ellipsis} label={t("people.more", { name: person.name })} />}>
              <MenuItem icon={Pencil} onSelect={() => ask("edit")}>
                {t("common.edit")}
              </MenuItem>
              {!isMe && (
                <MenuItem icon={UserMinus} tone="danger" onSelect={() => ask("remove")}>
                  {t("people.remove")}
                </MenuItem>
              )}
            </Menu>
          )}
          <Dialog open={question === "edit"} onOpenChange={(open) => ask(open ? "edit" : null)} title={person.name} description={person.email}>
            {question === "edit" && <EditForm person={person} onDone={() => ask(null)} />}
          </Dialog>
          <ConfirmDialog
            open={question === "remove"}
            onOpenChange={(open) => ask(open ? "remove" : null)}
            title={t("people.removeTitle", { name: person.name })}
            consequence={t("people.removeConsequence")}
            confirm={t("people.remove")}
            cancel={t("common.back")}
            busy={remove.isPending}
            onConfirm={confirm}
          />
        </>
      }
    />
  );
}

function RoleField({ role, setRole }: { role: TenantRole; setRole: (role: TenantRole) => void }) {
  const t = useText();
  return (
    <Field label={t("people.role")} hint={t(`tenantRoleText.${role}`)}>
      <Select value={role} options={TENANT_ROLES.map((value) => ({ value, label: t(`tenantRole.${value}`) }))} onChange={setRole} />
    </Field>
  );
}

function PersonForm({ onDone }: { onDone: () => void }) {
  const t = useText();
  const { done } = useToast();
  const add = useAddPerson();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<TenantRole>("staff");
  const submit = () => {
    const person = { name: name.trim(), email: email.trim(), role, ...(password && { password }) };
    add.mutate(person, {
      onSuccess: () => {
        done(t("people.added", { name: person.name }));
        onDone();
      },
    });
  };
  return (
    <DialogForm error={add.error} busy={add.isPending} submit={t("people.add")} onSubmit={submit}>
      <Field label={t("people.name")}>
        <Input required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field label={t("signIn.email")}>
        <Input type="email" required maxLength={200} value={email} onChange={(event) => setEmail(event.target.value)} />
      </Field>
      <RoleField role={role} setRole={setRole} />
      <Field label={t("people.password")} hint={t("people.passwordHint", { count: MIN_PASSWORD })} optional>
        <Password minLength={MIN_PASSWORD} autoComplete="new-password" value={password} onChange={(event) => setPassword(event.target.value)} />
      </Field>
    </DialogForm>
  );
}

function EditForm({ person, onDone }: { person: StaffMember; onDone: () => void }) {
  const t = useText();
  const change = useChangePerson();
  const [name, setName] = useState(person.name);
  const [role, setRole] = useState(person.role);
  const submit = () => {
    change.mutate({ id: person.id, name: name.trim(), role }, { onSuccess: onDone });
  };
  return (
    <DialogForm error={change.error} busy={change.isPending} submit={t("common.save")} onSubmit={submit}>
      <Field label={t("people.name")}>
        <Input required maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <RoleField role={role} setRole={setRole} />
    </DialogForm>
  );
}
