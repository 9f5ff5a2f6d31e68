/**
 * Runs in the page, before its own scripts: a camera that shows a drawn figure before a plain wall, a
 * screen that shows a drawn list, and the browser's own fake microphone. `kind` is "drawn", "denied",
 * or what colours the figure.
 */
export function drawnDevices(kind) {
  const media = navigator.mediaDevices;
  if (!media) return;
  const real = media.getUserMedia.bind(media);
  if (kind === "denied") {
    media.getUserMedia = () => Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
    return;
  }
  const [wall, shirt, skin] = {
    drawn: ["#cfd8e3", "#2f5d8a", "#e6b894"],
    supplier: ["#d9cfc1", "#7a3e2b", "#d9a57e"],
    buyer: ["#c5d3c8", "#2f6b52", "#f0c8a4"],
    quality: ["#d6cfe0", "#54408c", "#c68f6a"],
  }[kind];

  /** A canvas as a track; something moves in it, as encoders and eyes expect. */
  const film = (width, height, paint) => {
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pen = canvas.getContext("2d");
    const began = performance.now();
    const draw = () => paint(pen, (performance.now() - began) / 1000);
    draw();
    setInterval(draw, 100);
    return canvas.captureStream(10).getVideoTracks()[0];
  };

  const figure = (pen, seconds) => {
    const sway = Math.sin(seconds) * 4;
    const light = pen.createLinearGradient(0, 0, 640, 360);
    light.addColorStop(0, "#ffffff");
    light.addColorStop(1, wall);
    pen.fillStyle = light;
    pen.fillRect(0, 0, 640, 360);
    const shape = (color, ...ellipse) => {
      pen.fillStyle = color;
      pen.beginPath();
      pen.ellipse(...ellipse, 0, 0, 2 * Math.PI);
      pen.fill();
    };
    shape(shirt, 320 + sway, 400, 150, 150);
    pen.fillStyle = skin;
    pen.fillRect(296 + sway, 210, 48, 60);
    shape("#2b2320", 320 + sway, 140, 74, 82);
    shape(skin, 320 + sway, 160, 62, 76);
  };

  const ROWS = [96, 72, 84, 60, 90, 66, 78];
  const list = (pen, seconds) => {
    const block = (color, ...box) => {
      pen.fillStyle = color;
      pen.fillRect(...box);
    };
    block("#f4f6f9", 0, 0, 1280, 720);
    block("#1f3a5f", 0, 0, 1280, 84);
    block("#ffffff", 48, 30, 320, 24);
    ROWS.forEach((width, at) => {
      const y = 120 + at * 82;
      block("#ffffff", 48, y, 1184, 66);
      block("#dbe3ee", 66, y + 11, 44, 44);
      block("#39465a", 132, y + 18, width * 4, 12);
      block("#a9b4c4", 132, y + 40, width * 2.4, 9);
      block(at === 2 ? "#c2410c" : "#1f7a4d", 1080, y + 22, 120, 22);
    });
    block("#1f3a5f", 48 + ((seconds * 20) % 200), 700, 60, 6);
  };

  media.getUserMedia = async (asked = {}) => {
    const stream = new MediaStream();
    if (asked.audio) for (const track of (await real({ audio: true })).getAudioTracks()) stream.addTrack(track);
    if (asked.video) stream.addTrack(film(640, 360, figure));
    return stream;
  };
  media.getDisplayMedia = async () => new MediaStream([film(1280, 720, list)]);
}
