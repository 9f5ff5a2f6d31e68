import { Popover } from "@base-ui/react/popover";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { Sheet } from "../../components/Dialog.tsx";
import { DevicesDialog } from "../panels/DevicesDialog.tsx";
import { TimerDialog } from "../panels/TimerDialog.tsx";
import { useNewQuestions } from "../questions/useNewQuestions.ts";
import { useRoomText } from "../text.ts";
import { useIsPhone } from "../useMedia.ts";
import { useView } from "../view.tsx";
import { MoreContent } from "./MoreContent.tsx";
import { RoundButton } from "./RoundButton.tsx";
import { ShortcutsDialog } from "./ShortcutsDialog.tsx";
import type { MoreDialog } from "./useMyRows.ts";

/** Everything that is needed seldom: a sheet from below on phones, a pop-up elsewhere. */
export function MoreMenu() {
  const text = useRoomText();
  const isPhone = useIsPhone();
  const [open, setOpen] = useState(false);
  const [dialog, setDialog] = useState<MoreDialog | null>(null);
  const { panel } = useView();
  // On a phone the questions are behind this button.
  const asked = useNewQuestions(panel === "questions");
  const count = isPhone ? asked : 0;
  const content = (
    <MoreContent
      onDone={() => setOpen(false)}
      onDialog={(next) => {
        setOpen(false);
        setDialog(next);
      }}
    />
  );
  const label = count > 0 ? text("moreNewQuestions", { count }) : text("moreOptions");
  const button = <RoundButton icon={Ellipsis} label={label} caption={text("more")} count={count} className="room-more" />;
  return (
    <>
      {isPhone ? (
        <Sheet trigger={button} open={open} onOpenChange={setOpen} title={text("more")}>
          {content}
        </Sheet>
      ) : (
        <Popover.Root open={open} onOpenChange={setOpen}>
          <Popover.Trigger render={button} />
          <Popover.Portal>
            <Popover.Positioner side="top" align="center" sideOffset={12} collisionPadding={12} className="ui-positioner">
              <Popover.Popup aria-label={text("moreOptions")} className="ui-popup room-more-popup">
                {content}
              </Popover.Popup>
            </Popover.Positioner>
          </Popover.Portal>
        </Popover.Root>
      )}
      {dialog === "devices" && <DevicesDialog onClose={() => setDialog(null)} />}
      {dialog === "timer" && <TimerDialog onClose={() => setDialog(null)} />}
      {dialog === "shortcuts" && <ShortcutsDialog onClose={() => setDialog(null)} />}
    </>
  );
}
