import { Banner, Button, buttonClass } from "@stoa/ui";
import { useMagicSignIn } from "../data/session.ts";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";
import { Doorstep } from "./Doorstep.tsx";

/**
 * Where a link from an e-mail leads. It waits for a press: mail programs open links to look at
 * them, and the token works once.
 */
export function MagicLinkPage({ token }: { token: string }) {
  const t = useText();
  const problemText = useProblemText();
  const signIn = useMagicSignIn();
  return (
    <Doorstep title={t("magic.title")}>
      {signIn.isError ? (
        <div className="form">
          <Banner tone="danger">{problemText(signIn.error)}</Banner>
          <a href="/console/sign-in" className={buttonClass({ tone: "primary", size: "lg", wide: true })}>
            {t("magic.again")}
          </a>
        </div>
      ) : (
        <Button tone="primary" size="lg" wide busy={signIn.isPending} onClick={() => signIn.mutate(token)}>
          {t("signIn.submit")}
        </Button>
      )}
    </Doorstep>
  );
}
