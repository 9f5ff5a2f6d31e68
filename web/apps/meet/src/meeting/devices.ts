import type { StoaRoom } from "@stoa/sdk";
import { cameraOptions, microphoneOptions } from "@stoa/ui/room";
import type { Ticket } from "../join/types.ts";

/** Switches on what the person had switched on before the door, as far as the role allows it. */
export async function switchOn(stoa: StoaRoom, { microphoneOn, cameraOn }: Ticket): Promise<void> {
  const me = stoa.media?.localParticipant;
  if (!me) return;
  const attempts = [
    microphoneOn && stoa.mayI("speak") && me.setMicrophoneEnabled(true, microphoneOptions()),
    cameraOn && stoa.mayI("show_camera") && me.setCameraEnabled(true, cameraOptions()),
  ];
  // A device that fails now shows as switched off; its button tries again and says why.
  await Promise.allSettled(attempts);
}
