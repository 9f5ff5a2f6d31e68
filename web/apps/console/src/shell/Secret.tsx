import { Banner, CopyButton } from "@stoa/ui";
import { useText } from "../text/index.ts";

/** Something that the server tells once. It is null where the answer that held it was lost on its way. */
export function Secret({ value, label }: { value: string | null; label: string }) {
  const t = useText();
  if (value === null) return <Banner tone="danger">{t("secret.lost")}</Banner>;
  return (
    <div className="stack">
      <Banner tone="warning">{t("secret.once")}</Banner>
      <div className="copyable" role="group" aria-label={label}>
        <code>{value}</code>
        <CopyButton text={value} label={t("common.copy")} />
      </div>
    </div>
  );
}
