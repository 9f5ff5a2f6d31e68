import { CopyButton, Dialog } from "@stoa/ui";
import { encode } from "uqr";
import { useText } from "../text/index.ts";

type Props = { open: boolean; onOpenChange: (open: boolean) => void; url: string; title: string; name: string };

/** For the phone of whoever stands beside: the camera opens the link. */
export function QrDialog({ open, onOpenChange, url, title, name }: Props) {
  const t = useText();
  return (
    <Dialog open={open} onOpenChange={onOpenChange} size="sm" title={title} description={name}>
      <div className="stack qr">
        {open && <QrImage text={url} label={t("links.qrLabel")} />}
        <CopyButton text={url} label={t("room.copyLink")} />
      </div>
    </Dialog>
  );
}

/** Dark on light in both themes: many readers know it only so. */
function QrImage({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: "M", border: 2 });
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <svg className="qr-image" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
