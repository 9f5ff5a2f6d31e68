import type { Track, TrackProcessor, VideoProcessorOptions } from "livekit-client";
import { type BlurredTrack, blurredTrack } from "./blurredTrack.ts";

/** The blur as livekit-client wants it, for `LocalVideoTrack.setProcessor`. */
export class BlurProcessor implements TrackProcessor<Track.Kind.Video> {
  readonly name = "stoa-blur";
  processedTrack?: MediaStreamTrack;
  private current: BlurredTrack | null = null;

  async init({ track }: VideoProcessorOptions): Promise<void> {
    this.current = await blurredTrack(track);
    this.processedTrack = this.current.track;
  }

  async restart(options: VideoProcessorOptions): Promise<void> {
    await this.destroy();
    await this.init(options);
  }

  async destroy(): Promise<void> {
    this.current?.stop();
    this.current = null;
    delete this.processedTrack;
  }
}
