import type { Person } from "@stoa/sdk";
import { useState } from "react";
import { SearchInput } from "../../components/Input.tsx";
import { usePresence } from "../media/usePresence.ts";
import { useMay, useMyIdentity, useRoomState } from "../session.tsx";
import { useRoomText } from "../text.ts";
import { BannedPeople } from "./BannedPeople.tsx";
import { HandsQueue } from "./HandsQueue.tsx";
import { LobbyRequests } from "./LobbyRequests.tsx";
import { Panel } from "./Panel.tsx";
import { PersonRow } from "./PersonRow.tsx";

/** From so many on, one looks for a name instead of reading. */
const SEARCH_FROM = 8;
const NOBODY: readonly Person[] = [];
const RANK: Record<Person["role"], number> = {
  host: 0,
  co_host: 1,
  speaker: 2,
  interpreter: 3,
  member: 4,
  agent: 5,
  observer: 6,
  audience: 7,
};

/** Who waits, who has a hand up, who is here; and what one may do with them. */
export function PeoplePanel({ onClose, onMessage }: { onClose: () => void; onMessage: (identity: string) => void }) {
  const text = useRoomText();
  const [wanted, setWanted] = useState("");
  const people = useRoomState((state) => state.people.people) ?? NOBODY;
  const audience = useRoomState((state) => state.people.audience) ?? 0;
  const mayAdmit = useMay("admit");
  const mayBan = useMay("ban");
  const me = useMyIdentity();
  const presence = new Map(usePresence().map((one) => [one.identity, one]));
  const found = people.filter((person) => person.name.toLowerCase().includes(wanted.trim().toLowerCase()));
  return (
    <Panel title={text("people")} name="people" onClose={onClose}>
      <div className="room-panel-body">
        {mayAdmit && <LobbyRequests />}
        <HandsQueue />
        <section aria-label={text("inMeeting")}>
          <h3 className="room-panel-heading">
            {text("inMeeting")} <span>{people.length}</span>
          </h3>
          {people.length >= SEARCH_FROM && (
            <SearchInput label={text("searchPeople")} value={wanted} onChange={(event) => setWanted(event.target.value)} />
          )}
          <ul role="list" className="room-people">
            {[...found].sort(order(me)).map((person) => (
              <PersonRow
                key={person.identity}
                person={person}
                presence={presence.get(person.identity) ?? null}
                onMessage={onMessage}
              />
            ))}
          </ul>
          {audience > 0 && <p className="room-panel-note">{text("audience", { count: audience })}</p>}
        </section>
        {mayBan && <BannedPeople />}
      </div>
    </Panel>
  );
}

/** Oneself first, then by role, then in the order of coming. */
const order = (me: string) => (a: Person, b: Person) =>
  Number(b.identity === me) - Number(a.identity === me) || RANK[a.role] - RANK[b.role] || a.joined_at - b.joined_at;
