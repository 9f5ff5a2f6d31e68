import { type LocalVideoTrack, Track, VideoPresets } from "livekit-client";
import { useEffect } from "react";
import { useMyIdentity, useRoomState, useSession } from "../session.tsx";

/** The camera's own resolution, up to 4K; browsers give the nearest that it has. */
const SOURCE = { width: 3840, height: 2160, frameRate: 30 };
/** Enough for a sharp 1080p picture of an object that hardly moves. */
const CLOSE_UP_BITRATE_BPS = 4_000_000;

/** While the room shows my product close up, my camera sends all that it can, sharpness first. */
export function useCloseUp(): void {
  const { room } = useSession();
  const me = useMyIdentity();
  const isCloseUp = useRoomState((state) => state.layout?.close_up.includes(me) ?? false) ?? false;
  useEffect(() => {
    if (!isCloseUp) return;
    const track = room.localParticipant.getTrackPublication(Track.Source.Camera)?.videoTrack as LocalVideoTrack | undefined;
    if (!track) return;
    const before = track.mediaStreamTrack.getSettings();
    void sharpen(track);
    return () => void restore(track, before);
  }, [room, isCloseUp]);
}

async function sharpen(track: LocalVideoTrack): Promise<void> {
  await track.mediaStreamTrack.applyConstraints({
    width: { ideal: SOURCE.width }, height: { ideal: SOURCE.height }, frameRate: { ideal: SOURCE.frameRate },
  });
  track.mediaStreamTrack.contentHint = "detail";
  await track.setDegradationPreference("maintain-resolution");
  await limitTop(track, CLOSE_UP_BITRATE_BPS);
}

async function restore(track: LocalVideoTrack, before: MediaTrackSettings): Promise<void> {
  track.mediaStreamTrack.contentHint = "";
  await track.setDegradationPreference("balanced");
  await limitTop(track, VideoPresets.h720.encoding.maxBitrate);
  if (track.mediaStreamTrack.readyState !== "live") return;
  await track.mediaStreamTrack.applyConstraints({
    ...(before.width && { width: { ideal: before.width } }),
    ...(before.height && { height: { ideal: before.height } }),
  });
}

/** Sets the bound of the layer that is sent in full size; the small ones stay as they are. */
async function limitTop(track: LocalVideoTrack, maxBitrate: number): Promise<void> {
  const { sender } = track;
  if (!sender) return;
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) {
    if ((encoding.scaleResolutionDownBy ?? 1) === 1) encoding.maxBitrate = maxBitrate;
  }
  await sender.setParameters(parameters);
}
