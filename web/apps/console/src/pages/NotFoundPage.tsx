import { buttonClass, EmptyState } from "@stoa/ui";
import { Compass } from "lucide-react";
import { Link } from "wouter";
import { Page } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";

export function NotFoundPage() {
  const t = useText();
  return (
    <Page title={t("notFound.title")}>
      <EmptyState
        icon={Compass}
        title={t("notFound.text")}
        action={
          <Link href="/" className={buttonClass({ tone: "primary" })}>
            {t("notFound.home")}
          </Link>
        }
      />
    </Page>
  );
}
