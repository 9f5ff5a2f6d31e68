import { Banner, CopyButton } from "@stoa/ui";
import { useText } from "../text/index.ts";

/** Something that the server tells once. */
export function Secret({ value, label }: { value: string; label: string }) {
  const t = useText();
  return (
    <div className="stack">
      <Banner tone="warning">{t("secret.once")}</Banner>
      <div className="copyable">
        <code aria-label={label}>{value}</code>
        <CopyButton text={value} label={t("common.copy")} />
      </div>
    </div>
  );
}
