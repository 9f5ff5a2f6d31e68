import { MonitorUp } from "lucide-react";
import { Button } from "../../components/Button.tsx";
import { useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { useView } from "../view.tsx";

/** In place of one's own shared screen, which would show itself in itself without end. */
export function OwnScreen() {
  const text = useRoomText();
  const { room } = useSession();
  const { setShowsOwnScreen } = useView();
  return (
    <div className="room-own-screen">
      <MonitorUp aria-hidden size={32} />
      <h3>{text("yourScreen")}</h3>
      <p>{text("yourScreenHint")}</p>
      <div>
        <Button onClick={() => setShowsOwnScreen(true)}>{text("showMyScreen")}</Button>
        <Button tone="danger" onClick={() => void room.localParticipant.setScreenShareEnabled(false)}>
          {text("shareStop")}
        </Button>
      </div>
    </div>
  );
}
