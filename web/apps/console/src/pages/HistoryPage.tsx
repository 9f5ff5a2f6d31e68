import { RadioGroup } from "@stoa/ui";
import { useState } from "react";
import { AllRooms } from "../history/AllRooms.tsx";
import { Meetings } from "../history/Meetings.tsx";
import { Page } from "../shell/Page.tsx";
import { useText } from "../text/index.ts";

const VIEWS = ["meetings", "rooms"] as const;
type View = (typeof VIEWS)[number];

export default function HistoryPage() {
  const t = useText();
  const [view, show] = useState<View>("meetings");
  return (
    <Page title={t("nav.history")} intro={t("history.intro")}>
      <div className="choice">
        <RadioGroup
          look="segments"
          label={t("history.view")}
          hideLabel
          value={view}
          options={VIEWS.map((value) => ({ value, label: t(`history.${value}`) }))}
          onChange={show}
        />
      </div>
      {view === "meetings" ? <Meetings /> : <AllRooms />}
    </Page>
  );
}
