import type { SignedIn } from "@stoa/sdk/api";
import { Sheet } from "@stoa/ui";
import { Ellipsis } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Link, useLocation } from "wouter";
import { useText } from "../text/index.ts";
import { AccountMenu } from "./AccountMenu.tsx";
import { isAt, type Place, usePlaces } from "./nav.ts";
import { TenantName } from "./TenantName.tsx";
import "./Shell.css";

/** What a thumb reaches: three places and "more". */
const IN_TAB_BAR = 3;

export function Shell({ me, children }: { me: SignedIn; children: ReactNode }) {
  const t = useText();
  const [location] = useLocation();
  const { daily, upkeep } = usePlaces();
  useEffect(() => {
    // In braces: browsers of today answer with a promise, which an effect may not.
    window.scrollTo(0, 0);
  }, [location]);
  return (
    <div className="shell">
      <a href="#main" className="skip-link">
        {t("nav.skip")}
      </a>
      <aside className="sidebar">
        <TenantName me={me} />
        <nav aria-label={t("nav.label")}>
          <PlaceList places={daily} location={location} />
          <PlaceList places={upkeep} location={location} heading={t("nav.upkeep")} />
        </nav>
        <AccountMenu me={me} />
      </aside>
      <header className="top-bar">
        <TenantName me={me} />
        <AccountMenu me={me} compact />
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <TabBar daily={daily} upkeep={upkeep} location={location} />
    </div>
  );
}

function PlaceList({ places, location, heading }: { places: readonly Place[]; location: string; heading?: string }) {
  const t = useText();
  return (
    <>
      {heading && <p className="sidebar-heading">{heading}</p>}
      <ul role="list" className="place-list">
        {places.map((place) => (
          <li key={place.path}>
            <Link href={place.path} className="place" aria-current={isAt(place, location) ? "page" : undefined}>
              <place.icon aria-hidden size={18} />
              {t(place.label)}
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

function TabBar({ daily, upkeep, location }: { daily: readonly Place[]; upkeep: readonly Place[]; location: string }) {
  const t = useText();
  const [isOpen, open] = useState(false);
  const rest = [...daily.slice(IN_TAB_BAR), ...upkeep];
  useEffect(() => open(false), [location]);
  return (
    <nav className="tab-bar" aria-label={t("nav.label")}>
      {daily.slice(0, IN_TAB_BAR).map((place) => (
        <Link key={place.path} href={place.path} className="tab-bar-place" aria-current={isAt(place, location) ? "page" : undefined}>
          <place.icon aria-hidden size={20} />
          {t(place.label)}
        </Link>
      ))}
      <Sheet
        title={t("nav.more")}
        open={isOpen}
        onOpenChange={open}
        trigger={
          <button type="button" className="tab-bar-place" aria-current={rest.some((place) => isAt(place, location)) ? "true" : undefined}>
            <Ellipsis aria-hidden size={20} />
            {t("nav.more")}
          </button>
        }
      >
        <PlaceList places={rest} location={location} />
      </Sheet>
    </nav>
  );
}
