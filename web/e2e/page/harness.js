/*
 * One unmodified livekit-client in a page, with eyes and ears.
 *
 * Pictures are published from a canvas that shows one flat colour and, along its top edge, the
 * number of the frame as 16 black or white blocks. What is received is drawn and read back, so a
 * test sees who is shown, at which size, and whether the picture moves. Sound is a tone of one
 * frequency, found again in the spectrum of what is received.
 */
"use strict";

const { Room, RoomEvent, Track, ExternalE2EEKeyProvider } = LivekitClient;
LivekitClient.setLogLevel("warn");

const BITS = 16;

const harness = (window.harness = {
  room: null,
  events: [],
  /** What was received by data packet, text stream and byte stream, in order. */
  data: [],
  published: {},

  async connect({ url, token, options = {}, connect = {}, e2eeKey = null }) {
    const roomOptions = { ...options };
    if (e2eeKey) {
      harness.keys = new ExternalE2EEKeyProvider();
      roomOptions.encryption = { keyProvider: harness.keys, worker: new Worker("/e2ee-worker.js") };
    }
    const room = (harness.room = new Room(roomOptions));
    record(room);
    if (e2eeKey) {
      await harness.keys.setKey(e2eeKey);
      await room.setE2EEEnabled(true);
    }
    const started = performance.now();
    await room.connect(url, token, connect);
    room.remoteParticipants.forEach(listen);
    return {
      sid: room.localParticipant.sid,
      roomSid: await room.getSid(),
      others: [...room.remoteParticipants.keys()],
      tookMs: performance.now() - started,
    };
  },

  /** Joins, and resolves with the milliseconds until `identity`'s camera is first on the screen. */
  async firstFrame({ url, token, options = {}, identity }) {
    const room = (harness.room = new Room(options));
    const shown = new Promise((done) => {
      room.on(RoomEvent.TrackSubscribed, (track, publication, participant) => {
        if (participant.identity !== identity || publication.source !== Track.Source.Camera) return;
        attach(track).requestVideoFrameCallback((at) => done(at));
      });
    });
    const began = performance.now();
    await room.connect(url, token);
    return (await shown) - began;
  },

  disconnect: () => harness.room.disconnect(),
  state: () => harness.room.state,
  others: () => [...harness.room.remoteParticipants.keys()],

  /** Publishes a moving picture of one colour, `[red, green, blue]`. */
  async publishPicture({ color, width = 640, height = 360, fps = 30, options = {} }) {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const picture = { canvas, color, frame: 0, fps };
    const stream = canvas.captureStream(fps);
    picture.timer = setInterval(() => paint(picture), 1000 / fps);
    paint(picture);
    const publication = await harness.room.localParticipant.publishTrack(stream.getVideoTracks()[0], {
      source: Track.Source.Camera,
      ...options,
    });
    harness.published[publication.trackSid] = { picture, publication };
    return publication.trackSid;
  },

  async publishTone({ frequency = 440, options = {} } = {}) {
    const context = (harness.audio ??= new AudioContext());
    const oscillator = new OscillatorNode(context, { frequency });
    const gain = new GainNode(context, { gain: 0.5 });
    const out = new MediaStreamAudioDestinationNode(context);
    oscillator.connect(gain).connect(out);
    oscillator.start();
    const publication = await harness.room.localParticipant.publishTrack(out.stream.getAudioTracks()[0], {
      source: Track.Source.Microphone,
      ...options,
    });
    harness.published[publication.trackSid] = { oscillator, gain, publication };
    return publication.trackSid;
  },

  /** A voice whose two ears hear different tones. */
  async publishStereo({ left, right }) {
    const context = (harness.audio ??= new AudioContext());
    const merger = new ChannelMergerNode(context, { numberOfInputs: 2 });
    const out = new MediaStreamAudioDestinationNode(context, { channelCount: 2 });
    [left, right].forEach((frequency, channel) => {
      const oscillator = new OscillatorNode(context, { frequency });
      oscillator.connect(new GainNode(context, { gain: 0.5 })).connect(merger, 0, channel);
      oscillator.start();
    });
    merger.connect(out);
    const publication = await harness.room.localParticipant.publishTrack(out.stream.getAudioTracks()[0], {
      source: Track.Source.Microphone,
      forceStereo: true,
    });
    return publication.trackSid;
  },

  async unpublish(sid) {
    await harness.room.localParticipant.unpublishTrack(harness.published[sid].publication.track);
  },
  mute: (sid) => harness.published[sid].publication.mute().then(() => true),
  unmute: (sid) => harness.published[sid].publication.unmute().then(() => true),

  /** What is seen of `identity`: size, mean colour of the lower half, number of the frame. */
  seen({ identity, source = "camera" }) {
    const publication = remote(identity, source);
    const video = publication?.track && attach(publication.track);
    if (!video || video.videoWidth === 0) return null;
    const { videoWidth: width, videoHeight: height } = video;
    const canvas = (video.scratch ??= document.createElement("canvas"));
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(video, 0, 0);
    return { width, height, color: meanColor(context, width, height), frame: readFrame(context, width, height) };
  },

  /** How much the picture moved in `ms`: frames counted by the decoder. */
  async movement({ identity, source = "camera", ms = 1000 }) {
    const track = remote(identity, source)?.track;
    if (!track) return null;
    attach(track);
    const before = await inbound(track);
    await new Promise((done) => setTimeout(done, ms));
    const after = await inbound(track);
    return {
      frames: (after.framesDecoded ?? 0) - (before.framesDecoded ?? 0),
      keyFrames: after.keyFramesDecoded,
      freezes: (after.freezeCount ?? 0) - (before.freezeCount ?? 0),
      freezeSeconds: (after.totalFreezesDuration ?? 0) - (before.totalFreezesDuration ?? 0),
      width: after.frameWidth,
      height: after.frameHeight,
      bytes: after.bytesReceived - before.bytesReceived,
      packetsLost: after.packetsLost,
      codec: after.codec,
      fps: after.framesPerSecond,
    };
  },

  /** Begins to note every frame that is shown of `identity`, and what the decoder counted. */
  watch({ identity, source = "camera" }) {
    const track = remote(identity, source).track;
    const video = attach(track);
    const seen = (harness.notes = { frames: [], counts: [] });
    const strip = Object.assign(document.createElement("canvas"), { width: BITS, height: 1 });
    const context = strip.getContext("2d", { willReadFrequently: true });
    const note = (at) => {
      const size = video.videoWidth / BITS;
      context.drawImage(video, 0, size / 2, video.videoWidth, 1, 0, 0, BITS, 1);
      seen.frames.push({ at, width: video.videoWidth, frame: readFrame(context, BITS) });
      video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
    setInterval(async () => {
      const { bytesReceived, packetsReceived, packetsLost, freezeCount, totalFreezesDuration } = await inbound(track);
      seen.counts.push({
        ...{ at: performance.now(), bytes: bytesReceived, packets: packetsReceived, lost: packetsLost },
        ...{ freezes: freezeCount, frozenS: totalFreezesDuration },
      });
    }, 200);
  },
  watched: () => ({ now: performance.now(), ...harness.notes }),

  /** The loudest frequency heard of `identity`, and how loud (root mean square, 0 to 1). */
  async heard({ identity, source = "microphone", ms = 300 }) {
    const track = remote(identity, source)?.track;
    if (!track) return null;
    track.ear ??= hear(track, (input) => {
      const ear = newEar();
      input.connect(ear);
      return ear;
    });
    await new Promise((done) => setTimeout(done, ms));
    return loudest(track.ear);
  },

  /** The same for the left and the right ear. */
  async heardByEars({ identity, source = "microphone", ms = 300 }) {
    const track = remote(identity, source)?.track;
    if (!track) return null;
    track.ears ??= hear(track, (input) => {
      const splitter = new ChannelSplitterNode(harness.audio, { numberOfOutputs: 2 });
      input.connect(splitter);
      return [0, 1].map((channel) => {
        const ear = newEar();
        splitter.connect(ear, channel);
        return ear;
      });
    });
    await new Promise((done) => setTimeout(done, ms));
    return track.ears.map(loudest);
  },

  /** The remote participant as this client knows him. */
  person(identity) {
    const person = harness.room.remoteParticipants.get(identity);
    return person ? describe(person) : null;
  },
  me: () => describe(harness.room.localParticipant),

  /** Runs a function's text in the page with the room: for what needs no word of its own. */
  async with({ code, argument }) {
    const run = new Function("room", "argument", "harness", "LivekitClient", `return (async () => { ${code} })()`);
    return run(harness.room, argument, harness, LivekitClient);
  },

  /** SHA-256 of all bytes, in hexadecimal. */
  async digest(chunks) {
    const hash = await crypto.subtle.digest("SHA-256", await new Blob(chunks).arrayBuffer());
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  },

  eventsNamed: (name) => harness.events.filter((event) => event.name === name),
  received: () => harness.data,

  /** Statistics of the peer connections, flattened: candidate pair in use, and by kind. */
  async transport() {
    const manager = harness.room.engine.pcManager;
    const out = {};
    for (const [name, pc] of Object.entries({ publisher: manager.publisher, subscriber: manager.subscriber })) {
      if (!pc) continue;
      const report = [...(await pc.getStats()).values()];
      const transport = report.find((entry) => entry.type === "transport");
      const pair = report.find((entry) => entry.id === transport?.selectedCandidatePairId);
      const local = report.find((entry) => entry.id === pair?.localCandidateId);
      const remote = report.find((entry) => entry.id === pair?.remoteCandidateId);
      out[name] = {
        local: local && { type: local.candidateType, protocol: local.protocol, relay: local.relayProtocol },
        remote: remote && {
          ...{ type: remote.candidateType, protocol: remote.protocol },
          ...{ address: remote.address, port: remote.port },
        },
        outbound: report.filter((entry) => entry.type === "outbound-rtp"),
        inbound: report.filter((entry) => entry.type === "inbound-rtp"),
        estimate: pair?.availableOutgoingBitrate,
        dtls: transport?.dtlsState,
        lite: /^a=ice-lite/m.test(pc.getRemoteDescription()?.sdp ?? ""),
      };
    }
    return out;
  },
});

function describe(person) {
  return {
    sid: person.sid,
    identity: person.identity,
    name: person.name,
    metadata: person.metadata,
    attributes: person.attributes,
    speaking: person.isSpeaking,
    quality: person.connectionQuality,
    permissions: person.permissions && JSON.parse(JSON.stringify(person.permissions)),
    tracks: [...person.trackPublications.values()].map((publication) => ({
      sid: publication.trackSid,
      source: publication.source,
      kind: publication.kind,
      muted: publication.isMuted,
      subscribed: publication.isSubscribed ?? null,
      encrypted: publication.isEncrypted,
      mime: publication.mimeType,
      state: publication.track?.streamState ?? null,
      width: publication.dimensions?.width ?? null,
    })),
  };
}

function record(room) {
  for (const name of Object.values(RoomEvent)) {
    room.on(name, (...values) => {
      const words = values.map((value) => value?.identity ?? value?.trackSid ?? (typeof value === "object" ? null : value));
      harness.events.push({ name, words, at: performance.now() });
    });
  }
  room.on(RoomEvent.DataReceived, (payload, from, kind, topic) => {
    harness.data.push({ text: new TextDecoder().decode(payload), from: from?.identity ?? null, topic, kind });
  });
  room.on(RoomEvent.ParticipantConnected, listen);
}

/** Text and byte streams are handled for every topic that tests use. */
function listen() {
  if (harness.listening) return;
  harness.listening = true;
  harness.room.registerTextStreamHandler("notes", async (reader, { identity }) => {
    harness.data.push({ stream: "text", from: identity, text: await reader.readAll() });
  });
  harness.room.registerByteStreamHandler("files", async (reader, { identity }) => {
    const chunks = [];
    for await (const chunk of reader) chunks.push(chunk);
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    harness.data.push({ stream: "bytes", from: identity, bytes, digest: await harness.digest(chunks) });
  });
}

function remote(identity, source) {
  return harness.room.remoteParticipants.get(identity)?.getTrackPublication(source);
}

function attach(track) {
  if (track.attachedElements.length === 0) {
    const element = track.attach();
    if (element instanceof HTMLVideoElement) element.style.width = "640px";
    document.body.append(element);
  }
  return track.attachedElements[0];
}

/** What `build` makes of the sound of a track. */
function hear(track, build) {
  attach(track);
  const context = (harness.audio ??= new AudioContext());
  return build(context.createMediaStreamSource(new MediaStream([track.mediaStreamTrack])));
}

const newEar = () => new AnalyserNode(harness.audio, { fftSize: 8192, smoothingTimeConstant: 0 });

function loudest(ear) {
  const wave = new Float32Array(ear.fftSize);
  ear.getFloatTimeDomainData(wave);
  const bins = new Float32Array(ear.frequencyBinCount);
  ear.getFloatFrequencyData(bins);
  const rms = Math.sqrt(wave.reduce((sum, x) => sum + x * x, 0) / wave.length);
  const at = bins.indexOf(Math.max(...bins));
  return { frequency: (at * harness.audio.sampleRate) / ear.fftSize, rms };
}

function paint({ canvas, color, ...picture }) {
  const state = Object.values(harness.published).find((entry) => entry.picture?.canvas === canvas)?.picture ?? picture;
  const context = canvas.getContext("2d");
  const frame = (canvas.frame = ((canvas.frame ?? 0) + 1) % (1 << BITS));
  const [red, green, blue] = state.color ?? color;
  context.fillStyle = `rgb(${red} ${green} ${blue})`;
  context.fillRect(0, 0, canvas.width, canvas.height);
  const size = canvas.width / BITS;
  for (let bit = 0; bit < BITS; bit++) {
    context.fillStyle = (frame >> bit) & 1 ? "white" : "black";
    context.fillRect(bit * size, 0, size, size);
  }
  // Something that costs bits, so that rate control has work to do.
  for (let dot = 0; dot < 150; dot++) {
    context.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`;
    context.fillRect(Math.random() * canvas.width, size + Math.random() * canvas.height * 0.25, size / 4, size / 4);
  }
}

function meanColor(context, width, height) {
  const { data } = context.getImageData(width * 0.1, height * 0.6, width * 0.8, height * 0.35);
  const sums = [0, 0, 0];
  for (let at = 0; at < data.length; at += 4) for (let c = 0; c < 3; c++) sums[c] += data[at + c];
  return sums.map((sum) => Math.round(sum / (data.length / 4)));
}

function readFrame(context, width) {
  const size = width / BITS;
  let frame = 0;
  for (let bit = 0; bit < BITS; bit++) {
    const { data } = context.getImageData(bit * size + size / 2, size / 2, 1, 1);
    if (data[0] > 127) frame |= 1 << bit;
  }
  return frame;
}

async function inbound(track) {
  const report = [...(await track.getRTCStatsReport()).values()];
  const stream = report.find((entry) => entry.type === "inbound-rtp") ?? {};
  const codec = report.find((entry) => entry.id === stream.codecId);
  return { ...stream, codec: codec?.mimeType };
}
