import { type RemoteTrack, RoomEvent, Track } from "livekit-client";
import { Volume2 } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "../../components/Button.tsx";
import { rememberedChoices } from "../prejoin/choices.ts";
import { useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";

/** Plays everybody's sound, without anything to see – except where the browser wants a touch first. */
export function RoomAudio() {
  const text = useRoomText();
  const { room } = useSession();
  const [blocked, setBlocked] = useState(!room.canPlaybackAudio);
  useEffect(() => {
    const play = (track: RemoteTrack) => {
      if (track.kind !== Track.Kind.Audio || track.attachedElements.length > 0) return;
      const element = track.attach();
      element.dataset["roomAudio"] = "";
      document.body.append(element);
    };
    const stop = (track: RemoteTrack) => {
      if (track.kind === Track.Kind.Audio) for (const element of track.detach()) element.remove();
    };
    const asked = () => setBlocked(!room.canPlaybackAudio);
    const tracks = () =>
      [...room.remoteParticipants.values()].flatMap((person) =>
        [...person.audioTrackPublications.values()].flatMap((publication) => publication.track ?? []),
      );
    for (const track of tracks()) play(track as RemoteTrack);
    room.on(RoomEvent.TrackSubscribed, play);
    room.on(RoomEvent.TrackUnsubscribed, stop);
    room.on(RoomEvent.AudioPlaybackStatusChanged, asked);
    asked();
    const { speaker_id } = rememberedChoices();
    // A speaker that is gone leaves the system's own.
    if (speaker_id) room.switchActiveDevice("audiooutput", speaker_id).catch(() => undefined);
    return () => {
      room.off(RoomEvent.TrackSubscribed, play);
      room.off(RoomEvent.TrackUnsubscribed, stop);
      room.off(RoomEvent.AudioPlaybackStatusChanged, asked);
      for (const track of tracks()) stop(track as RemoteTrack);
    };
  }, [room]);
  if (!blocked) return null;
  return (
    <div className="room-unblock" role="alert">
      <p>{text("tapForSoundHint")}</p>
      <Button tone="primary" size="lg" icon={Volume2} onClick={() => void room.startAudio()}>
        {text("tapForSound")}
      </Button>
    </div>
  );
}
