import type { Fit } from "@stoa/models/annotation";
import type { Size } from "@stoa/models/stage";
import type { Track } from "livekit-client";
import { useEffect, useRef } from "react";

type Props = {
  track: Track;
  fit: Fit;
  mirrored: boolean;
  onPicture: (size: Size) => void;
};

/** A track's picture. Attaching is what makes livekit-client ask the server for the right size. */
export function VideoPicture({ track, fit, mirrored, onPicture }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const node = video.current;
    if (!node) return;
    track.attach(node);
    return () => {
      track.detach(node);
    };
  }, [track]);
  useEffect(() => {
    const node = video.current;
    if (!node) return;
    const measured = () => onPicture({ width: node.videoWidth, height: node.videoHeight });
    measured();
    node.addEventListener("resize", measured);
    node.addEventListener("loadedmetadata", measured);
    return () => {
      node.removeEventListener("resize", measured);
      node.removeEventListener("loadedmetadata", measured);
    };
  }, [track, onPicture]);
  return (
    <video
      ref={video}
      className={mirrored ? "room-video mirrored" : "room-video"}
      style={{ objectFit: fit }}
      playsInline
      autoPlay
      muted
      disablePictureInPicture
    />
  );
}
