import { connection as connectionModel } from "@stoa/models/connection";
import { CircleCheck, Eye, LoaderCircle, WifiLow } from "lucide-react";
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { Button } from "../../components/Button.tsx";
import { useCamera } from "../media/useDeviceControls.ts";
import { useNetwork } from "../media/useRoomNetwork.ts";
import { useMyIdentity, useNameOf, useRoomState, useSession } from "../session.tsx";
import { useRoomText } from "../text.ts";

/** What one should know while it lasts: the connection, what was given up, whom one follows. */
export function Banners() {
  return (
    <div className="room-banners">
      <ConnectionBanner />
      <NetworkBanner />
      <FollowingBanner />
    </div>
  );
}

function ConnectionBanner() {
  const text = useRoomText();
  const { stoa } = useSession();
  const [model] = useState(() => connectionModel(stoa.status));
  useEffect(() => model.close, [model]);
  const { kind } = useSyncExternalStore(model.subscribe, model.getSnapshot);
  if (kind === "reconnecting") {
    return (
      <Strip tone="warning" icon={<LoaderCircle className="room-spin" aria-hidden size={18} />} urgent>
        {text("lostConnection")}
      </Strip>
    );
  }
  if (kind === "restored") {
    return (
      <Strip tone="success" icon={<CircleCheck aria-hidden size={18} />}>
        {text("backAgain")}
      </Strip>
    );
  }
  return null;
}

function NetworkBanner() {
  const text = useRoomText();
  const camera = useCamera();
  const { banner } = useNetwork();
  if (!banner) return null;
  const mine = banner.key === "banner.camera_reduced" || banner.key === "banner.weak" || banner.key === "banner.sound_breaks";
  return (
    <Strip
      tone={banner.tone}
      icon={<WifiLow aria-hidden size={18} />}
      action={
        mine &&
        camera.isOn && (
          <Button size="sm" onClick={() => void camera.set(false)}>
            {text("turnCameraOff")}
          </Button>
        )
      }
    >
      {text(banner.key, banner.values as Record<"count" | "height", number>)}
    </Strip>
  );
}

function FollowingBanner() {
  const text = useRoomText();
  const me = useMyIdentity();
  const nameOf = useNameOf();
  const leader = useRoomState((state) => state.layout?.leader ?? null);
  if (!leader || leader === me) return null;
  return (
    <Strip tone="info" icon={<Eye aria-hidden size={18} />}>
      {text("following", { name: nameOf(leader, text("someone")) })}
    </Strip>
  );
}

type StripProps = { tone: "info" | "warning" | "success"; icon: ReactNode; action?: ReactNode; urgent?: boolean; children: ReactNode };

function Strip({ tone, icon, action, urgent = false, children }: StripProps) {
  return (
    <div className={`room-strip room-strip-${tone}`} role={urgent ? "alert" : "status"}>
      {icon}
      <p>{children}</p>
      {action}
    </div>
  );
}
