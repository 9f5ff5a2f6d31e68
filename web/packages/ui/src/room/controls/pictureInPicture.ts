export const canPictureInPicture = typeof document !== "undefined" && document.pictureInPictureEnabled;

/** Puts the large picture, else the first other person's, into a small window of its own; or back. */
export async function togglePictureInPicture(): Promise<void> {
  if (document.pictureInPictureElement) return document.exitPictureInPicture();
  const videos = [
    ...document.querySelectorAll<HTMLVideoElement>(".room-tile[data-main] video"),
    ...document.querySelectorAll<HTMLVideoElement>(".room-tile video:not(.mirrored)"),
    ...document.querySelectorAll<HTMLVideoElement>(".room-tile video"),
  ];
  const video = videos.find((one) => one.readyState >= HTMLMediaElement.HAVE_METADATA);
  if (!video) return;
  video.disablePictureInPicture = false;
  await video.requestPictureInPicture();
}
