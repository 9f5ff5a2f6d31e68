import { useEffect, useState } from "react";

/** Twenty readings a second look continuous on a meter and cost nothing. */
const READ_EVERY_MS = 50;
/** Speech near a microphone has an RMS of about 0.05 to 0.3: the meter's full width. */
const FULL_RMS = 0.25;

/** The loudness of a microphone from 0 to 1 for a meter; it falls slowly so that the eye can follow. */
export function useLevel(track: MediaStreamTrack | null): number {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    setLevel(0);
    if (!track) return;
    const context = new AudioContext();
    // Browsers start it suspended until the page was touched.
    const wake = () => void context.resume();
    wake();
    window.addEventListener("pointerdown", wake);
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let shown = 0;
    const timer = window.setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const loud = Math.min(1, rms(samples) / FULL_RMS);
      shown = Math.max(loud, shown * 0.8);
      setLevel(shown < 0.01 ? 0 : shown);
    }, READ_EVERY_MS);
    return () => {
      window.clearInterval(timer);
      window.removeEventListener("pointerdown", wake);
      void context.close();
    };
  }, [track]);
  return level;
}

function rms(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}
