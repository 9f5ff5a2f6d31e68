import { type ReactNode, useEffect, useState } from "react";
import { DrawingToolbar } from "../annotation/DrawingToolbar.tsx";
import { ChatPanel } from "../chat/ChatPanel.tsx";
import { FilesPanel } from "../chat/FilesPanel.tsx";
import { ControlBar } from "../controls/ControlBar.tsx";
import { ShortcutsDialog } from "../controls/ShortcutsDialog.tsx";
import { useShortcuts } from "../controls/useShortcuts.ts";
import { RoomAudio } from "../media/RoomAudio.tsx";
import { useCloseUp } from "../media/useCloseUp.ts";
import { NetworkContext, useWatchedNetwork } from "../media/useRoomNetwork.ts";
import { Banners } from "../notices/Banners.tsx";
import { NoticeStack } from "../notices/NoticeStack.tsx";
import { Reactions } from "../notices/Reactions.tsx";
import { RoomNotices } from "../notices/RoomNotices.tsx";
import { makeNotices, NoticesContext } from "../notices/useNotices.ts";
import { AgendaPanel } from "../panels/AgendaPanel.tsx";
import { PeoplePanel } from "../panels/PeoplePanel.tsx";
import { StatisticsPanel } from "../panels/StatisticsPanel.tsx";
import { TemplateContext, useLoadedTemplate } from "../panels/useTemplate.ts";
import { QuestionsPanel } from "../questions/QuestionsPanel.tsx";
import { type MeetingSession, MeetingProvider, useMay } from "../session.tsx";
import { Stage } from "../stage/Stage.tsx";
import { useView, ViewProvider } from "../view.tsx";
import { Header } from "./Header.tsx";
import { LeaveDialog } from "./LeaveDialog.tsx";
import { MeetingTheme } from "./theme.tsx";
import { useLeading } from "./useLeading.ts";
import { useObedience } from "./useObedience.ts";
import "./meeting.css";

type Props = {
  session: MeetingSession;
  /** A tenant's mark beside the title. */
  brand?: ReactNode;
  /** The person wants to go; ending for everyone arrives as the room's own end. */
  onLeave: () => void;
};

/** A whole meeting: stage, controls, panels, notices. Give it a room that `Stoa.join` entered. */
export function Meeting({ session, brand, onLeave }: Props) {
  const [notices] = useState(makeNotices);
  return (
    <MeetingProvider session={session}>
      <NoticesContext value={notices}>
        <MeetingTheme>
          <ViewProvider>
            <Surface brand={brand} onLeave={onLeave} />
          </ViewProvider>
        </MeetingTheme>
      </NoticesContext>
    </MeetingProvider>
  );
}

function Surface({ brand, onLeave }: Omit<Props, "session">) {
  const [dialog, setDialog] = useState<"leave" | "shortcuts" | null>(null);
  const mayEnd = useMay("end");
  const network = useWatchedNetwork();
  const template = useLoadedTemplate();
  const leave = () => (mayEnd ? setDialog("leave") : onLeave());
  useShortcuts({ onLeave: leave, onHelp: () => setDialog("shortcuts") });
  useCloseUp();
  useLeading();
  useObedience();
  const { drawing } = useView();
  return (
    <NetworkContext value={network}>
      <TemplateContext value={template}>
        <div className="room" data-drawing={drawing !== null || undefined}>
          <Header brand={brand} />
          <main className="room-main">
            <div className="room-center">
              <Banners />
              <Stage />
              <Reactions />
              <NoticeStack />
            </div>
            <OpenPanel />
          </main>
          <DrawingToolbar />
          <ControlBar onLeave={leave} />
          <RoomAudio />
          <RoomNotices />
        </div>
      </TemplateContext>
      {dialog === "leave" && <LeaveDialog onClose={() => setDialog(null)} onLeave={onLeave} />}
      {dialog === "shortcuts" && <ShortcutsDialog onClose={() => setDialog(null)} />}
    </NetworkContext>
  );
}

function OpenPanel() {
  const { panel, setPanel } = useView();
  const [chatTo, setChatTo] = useState<string | null>(null);
  const close = () => setPanel(null);
  useEffect(() => {
    if (panel !== "chat") setChatTo(null);
  }, [panel]);
  switch (panel) {
    case "people":
      return (
        <PeoplePanel
          onClose={close}
          onMessage={(identity) => {
            setChatTo(identity);
            setPanel("chat");
          }}
        />
      );
    case "chat":
      return <ChatPanel onClose={close} to={chatTo} />;
    case "questions":
      return <QuestionsPanel onClose={close} />;
    case "files":
      return <FilesPanel onClose={close} />;
    case "agenda":
      return <AgendaPanel onClose={close} />;
    case "statistics":
      return <StatisticsPanel onClose={close} />;
    case null:
      return null;
  }
}
