import { type Banner, networkBanner, roomNetwork, type RoomNetworkView } from "@stoa/models/network";
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { useSession } from "../session.tsx";

interface Network {
  readonly view: RoomNetworkView | null;
  readonly banner: Banner | null;
}

export const NetworkContext = createContext<Network>({ view: null, banner: null });

/** What the network did in the last second, and what is said about it. */
export const useNetwork = (): Network => useContext(NetworkContext);

/** Looks at the network once a second while mounted. Once a meeting. */
export function useWatchedNetwork(): Network {
  const { room } = useSession();
  const [model] = useState(() => networkBanner());
  const [view, setView] = useState<RoomNetworkView | null>(null);
  useEffect(() => {
    const network = roomNetwork(room);
    const heard = () => {
      const now = network.getSnapshot();
      setView(now);
      if (now) model.give(now.state);
    };
    const unsubscribe = network.subscribe(heard);
    return () => {
      unsubscribe();
      network.close();
      model.close();
    };
  }, [room, model]);
  return { view, banner: useSyncExternalStore(model.subscribe, model.getSnapshot) };
}
