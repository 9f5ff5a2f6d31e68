import { Banner, Button, buttonClass, Field, Input, Password } from "@stoa/ui";
import { MailCheck } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useSearch } from "wouter";
import { api } from "../data/api.ts";
import { useAuthMethods, useMagicLink, useSignIn } from "../data/session.ts";
import { Loaded } from "../shell/Loaded.tsx";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";
import { Doorstep } from "./Doorstep.tsx";

/** Why somebody came back from the identity provider, or did not get there (docs/operate/sign-in.md). */
const PROBLEMS = [
  "oidc_unavailable", "oidc_failed", "oidc_denied", "oidc_absent", "sign_in_expired", "not_invited", "conflict", "too_fast", "busy",
] as const;

export function SignInPage() {
  const t = useText();
  const methods = useAuthMethods();
  return (
    <Doorstep title={t("signIn.title")}>
      <Loaded query={methods} lines={3}>
        {(known) => <SignIn hasPassword={known.password} hasLink={known.magic_link} provider={known.oidc?.name ?? null} />}
      </Loaded>
    </Doorstep>
  );
}

type Ways = { hasPassword: boolean; hasLink: boolean; provider: string | null };

function SignIn({ hasPassword, hasLink, provider }: Ways) {
  const t = useText();
  const asked = new URLSearchParams(useSearch());
  const wanted = asked.get("to") ?? "/";
  const [way, setWay] = useState<"password" | "link">(hasPassword ? "password" : "link");
  const [email, setEmail] = useState("");
  return (
    <div className="form">
      <ProviderProblem code={asked.get("problem")} />
      {provider && (
        <>
          <a className={buttonClass({ tone: hasPassword ? "neutral" : "primary", size: "lg", wide: true })} href={api.session.oidcUrl(`/console${wanted}`)}>
            {t("signIn.with", { provider })}
          </a>
          <p className="or">{t("signIn.or")}</p>
        </>
      )}
      {way === "password" ? (
        <ByPassword email={email} setEmail={setEmail} />
      ) : (
        <ByLink email={email} setEmail={setEmail} />
      )}
      {hasPassword && hasLink && (
        <Button tone="quiet" onClick={() => setWay(way === "password" ? "link" : "password")}>
          {way === "password" ? t("signIn.byLinkInstead") : t("signIn.byPasswordInstead")}
        </Button>
      )}
    </div>
  );
}

/** A code that is none of ours is not repeated: anybody can write an address. */
function ProviderProblem({ code }: { code: string | null }) {
  const t = useText();
  if (code === null) return null;
  const known = PROBLEMS.find((problem) => problem === code);
  return <Banner tone="danger">{known ? t(`signInProblem.${known}`) : t("problem.internal")}</Banner>;
}

type EmailProps = { email: string; setEmail: (email: string) => void };

function EmailField({ email, setEmail }: EmailProps) {
  const t = useText();
  return (
    <Field label={t("signIn.email")}>
      <Input type="email" name="email" autoComplete="username" required autoFocus value={email} onChange={(event) => setEmail(event.target.value)} />
    </Field>
  );
}

function ByPassword(props: EmailProps) {
  const t = useText();
  const problemText = useProblemText();
  const signIn = useSignIn();
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ email: props.email.trim(), password });
  };
  return (
    <form className="form" onSubmit={submit}>
      {signIn.isError && <Banner tone="danger">{problemText(signIn.error)}</Banner>}
      <EmailField {...props} />
      <Field label={t("signIn.password")}>
        <Password name="password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.target.value)} />
      </Field>
      <Button type="submit" tone="primary" size="lg" wide busy={signIn.isPending}>
        {t("signIn.submit")}
      </Button>
    </form>
  );
}

function ByLink(props: EmailProps) {
  const t = useText();
  const problemText = useProblemText();
  const magic = useMagicLink();
  if (magic.isSuccess) {
    return (
      <div className="doorstep-sent" role="status">
        <MailCheck aria-hidden size={28} />
        <p>{t("signIn.linkSent", { email: props.email })}</p>
      </div>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    magic.mutate(props.email.trim());
  };
  return (
    <form className="form" onSubmit={submit}>
      {magic.isError && <Banner tone="danger">{problemText(magic.error)}</Banner>}
      <EmailField {...props} />
      <Button type="submit" tone="primary" size="lg" wide busy={magic.isPending}>
        {t("signIn.sendLink")}
      </Button>
    </form>
  );
}
