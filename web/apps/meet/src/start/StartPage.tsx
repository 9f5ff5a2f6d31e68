import type { SignedIn } from "@stoa/sdk/api";
import { Button, buttonClass, Field, Input } from "@stoa/ui";
import { ArrowRight } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { api } from "../api.ts";
import { Frame } from "../Frame.tsx";
import { useMeetText } from "../text.ts";
import { codeOf } from "./code.ts";

/** Where one lands without a link: enter a code, or go and host. */
export function StartPage() {
  const text = useMeetText();
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string | null>(null);
  const signedIn = useSignedIn();
  const go = (event: FormEvent) => {
    event.preventDefault();
    const code = codeOf(typed);
    if (code) location.assign(`/j/${code}`);
    else setError(text("badCode"));
  };
  return (
    <Frame>
      <div className="meet-card meet-start">
        <h1>{text("startTitle")}</h1>
        <p className="meet-lead">{text("startLead")}</p>
        <form onSubmit={go}>
          <Field label={text("code")} hideLabel error={error}>
            <Input
              autoFocus
              placeholder={text("code")}
              value={typed}
              autoCapitalize="none"
              spellCheck={false}
              enterKeyHint="go"
              onChange={(event) => {
                setTyped(event.target.value);
                setError(null);
              }}
            />
          </Field>
          <Button type="submit" tone="primary" size="lg" wide icon={ArrowRight} disabled={typed.trim() === ""}>
            {text("go")}
          </Button>
        </form>
        <hr />
        <a className={buttonClass({ tone: "quiet", size: "lg", wide: true })} href="/console/">
          {text(signedIn ? "console" : "signIn")}
        </a>
        {signedIn && <p className="meet-note">{text("hello", { name: signedIn.person.name })}</p>}
      </div>
    </Frame>
  );
}

function useSignedIn(): SignedIn | null {
  const [signedIn, setSignedIn] = useState<SignedIn | null>(null);
  useEffect(() => {
    // Not signed in, or no answer: the page is the same for both.
    api.session.current().then(setSignedIn, () => setSignedIn(null));
  }, []);
  return signedIn;
}
