import { Button, FieldGroup } from "@stoa/ui";
import { ImageUp, Trash2 } from "lucide-react";
import { useRef } from "react";
import { useSetLogo, useTakeLogoDown } from "../data/tenant.ts";
import { Logo } from "../shell/Logo.tsx";
import { useText } from "../text/index.ts";
import { useProblemText } from "../text/problems.ts";

/** The tenant's sign; a choice takes effect at once, unlike the rest of the form. */
export function LogoField({ name, fileId }: { name: string; fileId: string | null }) {
  const t = useText();
  const problemText = useProblemText();
  const chooser = useRef<HTMLInputElement>(null);
  const put = useSetLogo();
  const takeDown = useTakeLogoDown();
  const problem = put.error ?? takeDown.error;
  const send = (picture: File | undefined) => {
    takeDown.reset();
    if (picture) put.mutate(picture);
  };
  return (
    <FieldGroup label={t("settings.logo")} hint={t("settings.logoHint")}>
      <div className="logo-field">
        <Logo fileId={fileId} name={name} size={48} />
        <input
          ref={chooser}
          type="file"
          accept="image/png,image/jpeg,image/webp,image/gif"
          hidden
          onChange={(event) => {
            send(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
        <Button size="sm" icon={ImageUp} busy={put.isPending} onClick={() => chooser.current?.click()}>
          {t("settings.logoUpload")}
        </Button>
        {fileId && (
          <Button
            size="sm"
            tone="quiet"
            icon={Trash2}
            busy={takeDown.isPending}
            onClick={() => {
              put.reset();
              takeDown.mutate(undefined);
            }}
          >
            {t("settings.logoRemove")}
          </Button>
        )}
      </div>
      {problem && (
        <p role="alert" className="logo-problem">
          {problemText(problem)}
        </p>
      )}
    </FieldGroup>
  );
}
