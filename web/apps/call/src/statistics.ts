import type { Room, Track } from "livekit-client";
import { RoomEvent } from "livekit-client";

const REFRESH_MS = 1000;

interface Before {
  bytes: number;
  at: number;
}

/** A text overlay of what each track sends or receives, once a second while it is shown. */
export class Statistics {
  readonly node = document.createElement("pre");
  private timer: number | undefined;
  private readonly before = new Map<string, Before>();

  constructor(private readonly room: Room) {
    this.node.className = "statistics";
    this.node.hidden = true;
    room.once(RoomEvent.Disconnected, () => this.stop());
  }

  toggle(): void {
    if (this.timer !== undefined) return this.stop();
    this.node.hidden = false;
    this.timer = window.setInterval(() => void this.refresh(), REFRESH_MS);
    void this.refresh();
  }

  private stop(): void {
    window.clearInterval(this.timer);
    this.timer = undefined;
    this.node.hidden = true;
  }

  private async refresh(): Promise<void> {
    const lines: string[] = [];
    const people = [this.room.localParticipant, ...this.room.remoteParticipants.values()];
    for (const person of people) {
      lines.push(`${person.name || person.identity} · ${person.connectionQuality}`);
      for (const publication of person.trackPublications.values()) {
        const track = publication.track;
        if (track) lines.push(`  ${publication.source}: ${await this.describe(track)}`);
      }
    }
    this.node.textContent = lines.join("\n");
  }

  private async describe(track: Track): Promise<string> {
    const report = await track.getRTCStatsReport();
    const parts: string[] = [];
    report?.forEach((entry: RTCStats & Record<string, unknown>) => {
      const outbound = entry.type === "outbound-rtp";
      if (!outbound && entry.type !== "inbound-rtp") return;
      parts.push(this.stream(entry, outbound));
    });
    return parts.filter(Boolean).join(" | ") || "–";
  }

  private stream(entry: RTCStats & Record<string, unknown>, outbound: boolean): string {
    const bytes = Number(entry[outbound ? "bytesSent" : "bytesReceived"] ?? 0);
    const rate = this.kilobitsPerSecond(entry.id, bytes, entry.timestamp);
    const words = [entry.rid ? String(entry.rid) : "", `${rate} kbps`];
    if (entry.frameWidth) words.push(`${entry.frameWidth}×${entry.frameHeight}`);
    if (entry.framesPerSecond) words.push(`${entry.framesPerSecond} fps`);
    if (entry.packetsLost) words.push(`${entry.packetsLost} lost`);
    if (entry.freezeCount) words.push(`${entry.freezeCount} freezes`);
    return words.filter(Boolean).join(" ");
  }

  private kilobitsPerSecond(id: string, bytes: number, at: number): number {
    const before = this.before.get(id);
    this.before.set(id, { bytes, at });
    if (!before || at <= before.at) return 0;
    return Math.round(((bytes - before.bytes) * 8) / (at - before.at));
  }
}
