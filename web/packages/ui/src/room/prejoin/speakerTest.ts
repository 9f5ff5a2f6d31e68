/** Three rising notes (C5, E5, G5): recognisable on the smallest loudspeaker. */
const NOTES_HZ = [523.25, 659.25, 783.99];
const NOTE_S = 0.22;

/** Plays three notes on the chosen loudspeaker; resolves when they have sounded. */
export async function playTestSound(speakerId: string | null): Promise<void> {
  const context = new AudioContext();
  const output = context.createMediaStreamDestination();
  NOTES_HZ.forEach((frequency, at) => note(context, output, frequency, 0.05 + at * NOTE_S));
  const player = new Audio();
  player.srcObject = output.stream;
  try {
    if (speakerId && "setSinkId" in player) await player.setSinkId(speakerId);
    await player.play();
    await new Promise((done) => setTimeout(done, (NOTES_HZ.length * NOTE_S + 0.5) * 1000));
  } finally {
    player.srcObject = null;
    await context.close();
  }
}

function note(context: AudioContext, output: AudioNode, frequency: number, startS: number): void {
  const at = context.currentTime + startS;
  const tone = new OscillatorNode(context, { type: "sine", frequency });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S * 1.8);
  tone.connect(volume).connect(output);
  tone.start(at);
  tone.stop(at + NOTE_S * 2);
}
