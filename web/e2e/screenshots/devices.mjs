import * as painting from "./painting.mjs";

/**
 * A script that runs in the page before its own: a camera and a screen that show drawings, and the
 * browser's own fake microphone. `kind` is "denied", or whose camera it is; see `looksOf`.
 */
export const drawnDevices = (kind) =>
  `(() => {${[...Object.values(painting), film, install].join("\n")}\ninstall(${JSON.stringify(kind)});})();`;

/** A canvas as a track; something moves in it, as encoders and eyes expect. */
function film(width, height, paint) {
  // Four browsers that encode one another's pictures are much for a small machine.
  const FRAMES_PER_S = 4;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const pen = canvas.getContext("2d");
  const began = performance.now();
  const draw = () => paint(pen, (performance.now() - began) / 1000);
  draw();
  setInterval(draw, 1000 / FRAMES_PER_S);
  return canvas.captureStream(FRAMES_PER_S).getVideoTracks()[0];
}

function install(kind) {
  const media = navigator.mediaDevices;
  if (!media) return;
  const isChinese = navigator.language.startsWith("zh");
  if (kind === "denied") {
    media.getUserMedia = () => Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
    media.enumerateDevices = async () => [];
    return;
  }
  const real = { streams: media.getUserMedia.bind(media), list: media.enumerateDevices.bind(media) };
  const looks = looksOf(kind);
  media.getUserMedia = async (asked = {}) => {
    const stream = new MediaStream();
    if (asked.audio) for (const track of (await real.streams({ audio: true })).getAudioTracks()) stream.addTrack(track);
    if (asked.video) stream.addTrack(film(640, 360, (pen, seconds) => paintCamera(pen, seconds, looks)));
    return stream;
  };
  media.getDisplayMedia = async () => new MediaStream([film(1280, 720, (pen, seconds) => paintSheet(pen, seconds, isChinese))]);
  const names = isChinese
    ? { audioinput: "演示麦克风", audiooutput: "演示扬声器", videoinput: "演示摄像头" }
    : { audioinput: "Demo microphone", audiooutput: "Demo speaker", videoinput: "Demo camera" };
  media.enumerateDevices = async () => {
    const firsts = Object.keys(names).map(async (one) => (await real.list()).find((device) => device.kind === one && device.label));
    const found = (await Promise.all(firsts)).filter(Boolean);
    return found.length > 0
      ? found.map(({ deviceId, groupId, kind }) => ({ deviceId, groupId, kind, label: names[kind] }))
      : real.list();
  };
}
