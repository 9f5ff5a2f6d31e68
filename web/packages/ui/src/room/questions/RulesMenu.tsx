import { Settings2 } from "lucide-react";
import { IconButton } from "../../components/Button.tsx";
import { Menu, MenuCheck, MenuChoices, MenuSeparator } from "../../components/Menu.tsx";
import { useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useAct } from "../useAct.ts";

const SLOW_CHOICES_S = [0, 10, 30, 60, 120];

/** Whether questions are taken, with which names, how fast. */
export function RulesMenu() {
  const text = useRoomText();
  const act = useAct();
  const { questions } = useSession().commands;
  const isOpen = useRoomState((state) => state.questions?.open ?? false) ?? false;
  const anonymous = useRoomState((state) => state.questions?.anonymous ?? false) ?? false;
  const slow = useRoomState((state) => state.questions?.slow_s ?? 0) ?? 0;
  return (
    <Menu trigger={<IconButton icon={Settings2} label={text("questionRules")} size="sm" />}>
      <MenuCheck checked={isOpen} onChange={(open) => void act(questions.set({ open }))}>
        {text("questionsOpen")}
      </MenuCheck>
      <MenuCheck checked={anonymous} onChange={(allowed) => void act(questions.set({ anonymous: allowed }))}>
        {text("allowAnonymous")}
      </MenuCheck>
      <MenuSeparator />
      <MenuChoices
        label={text("slowMode")}
        value={String(slow)}
        options={SLOW_CHOICES_S.map((seconds) => ({
          value: String(seconds),
          label: seconds === 0 ? text("slowOff") : text("slowQuestion", { count: seconds }),
        }))}
        onChange={(seconds) => void act(questions.set({ slow_s: Number(seconds) }))}
      />
    </Menu>
  );
}
