import { measureNetwork, type ProbeServer, type Verdict, verdictOf } from "@stoa/models/prejoin";
import { Wifi, WifiLow, WifiOff } from "lucide-react";
import { useEffect, useState } from "react";
import { Spinner } from "../../components/Spinner.tsx";
import { usePreJoinText } from "./text.ts";

/** What the network is good for, measured once, within three seconds. */
export function useNetworkVerdict(server: ProbeServer): Verdict | null {
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  useEffect(() => {
    let gone = false;
    void measureNetwork(server).then((measure) => !gone && setVerdict(verdictOf(measure)));
    return () => {
      gone = true;
    };
  }, [server]);
  return verdict;
}

export function NetworkVerdict({ verdict }: { verdict: Verdict | null }) {
  const text = usePreJoinText();
  if (!verdict) {
    return (
      <p className="room-verdict" role="status">
        <Spinner label={text("probing")} />
        <span aria-hidden>{text("probing")}</span>
      </p>
    );
  }
  const { grade } = verdict;
  const Icon = grade === "bad" ? WifiOff : grade === "poor" ? WifiLow : Wifi;
  const [worst] = verdict.messages;
  if (!worst) return null;
  return (
    <p className={`room-verdict room-verdict-${grade}`} role="status" data-grade={grade}>
      <Icon aria-hidden size={16} />
      <span>{text(worst.key, worst.values as Record<"kbps" | "rtt_ms" | "percent", number>)}</span>
    </p>
  );
}
