import { firstLevel, type Level, nextLevel } from "@stoa/models/prejoin";
import { useEffect, useState } from "react";

/** Twenty readings a second look continuous on a meter and cost nothing. */
const READ_EVERY_MS = 50;

/** The loudness of a microphone for a meter. */
export function useLevel(track: MediaStreamTrack | null): Level {
  const [level, setLevel] = useState(() => firstLevel(performance.now()));
  useEffect(() => {
    setLevel(firstLevel(performance.now()));
    if (!track) return;
    const context = new AudioContext();
    // Browsers start it suspended until the page was touched.
    const wake = () => void context.resume();
    wake();
    window.addEventListener("pointerdown", wake);
    const analyser = new AnalyserNode(context, { fftSize: 1024 });
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = window.setInterval(() => {
      // A context that sleeps hears nothing; that is not silence.
      if (context.state !== "running") return setLevel(firstLevel(performance.now()));
      analyser.getFloatTimeDomainData(samples);
      setLevel((before) => nextLevel(before, samples, performance.now()));
    }, READ_EVERY_MS);
    return () => {
      window.clearInterval(timer);
      window.removeEventListener("pointerdown", wake);
      void context.close();
    };
  }, [track]);
  return level;
}
