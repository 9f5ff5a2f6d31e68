import { useMicrophone } from "../media/useDeviceControls.ts";
import { useMyIdentity, useRoomEvent, useSession } from "../session.tsx";

/**
 * What a host switched off, the server has muted. The devices here follow, so that no light stays on
 * and the buttons say what is.
 */
export function useObedience(): void {
  const me = useMyIdentity();
  const { room } = useSession();
  const microphone = useMicrophone();
  useRoomEvent("moderation.muted", ({ identity }) => {
    if (identity === me) void microphone.set(false);
  });
  useRoomEvent("moderation.all_muted", ({ by }) => {
    if (by !== me) void microphone.set(false);
  });
  useRoomEvent("moderation.video_stopped", ({ identity, source }) => {
    if (identity !== me) return;
    const { localParticipant } = room;
    void (source === "camera" ? localParticipant.setCameraEnabled(false) : localParticipant.setScreenShareEnabled(false));
  });
}
