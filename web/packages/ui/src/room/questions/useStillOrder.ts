import { inHeldOrder, movedCount } from "@stoa/models/questions";
import type { Question } from "@stoa/sdk";
import { type RefObject, useEffect, useState } from "react";

/** A finger leaves the screen between two touches; so long it may be on its way back. */
const TOUCH_HOLDS_MS = 4_000;
/** By keyboard, or while a menu of it is open: a button that was clicked keeps the focus without anybody attending to it. */
const ATTENDED = ":focus-visible, [aria-expanded=true]";

/**
 * Votes come in all the time. While somebody points at, touches or goes through the list, nothing in
 * it moves; then it is sorted anew, or by `sort` at once.
 */
export function useStillOrder(box: RefObject<HTMLElement | null>, wanted: readonly Question[]) {
  const isHeld = useIsHeld(box);
  const [order, setOrder] = useState(() => idsOf(wanted));
  const shown = isHeld ? inHeldOrder(order, wanted) : wanted;
  const ids = idsOf(shown).join();
  useEffect(() => setOrder(ids.split(",")), [ids]);
  const moved = isHeld ? movedCount(idsOf(shown), idsOf(wanted)) : 0;
  return { shown, moved, sort: () => setOrder(idsOf(wanted)) };
}

const idsOf = (questions: readonly Question[]) => questions.map(({ id }) => id);

function useIsHeld(box: RefObject<HTMLElement | null>): boolean {
  const [isHeld, hold] = useState(false);
  useEffect(() => {
    const list = box.current;
    if (!list) return;
    let isPointedAt = false;
    let touched: number | undefined;
    const judge = () => hold(isPointedAt || touched !== undefined || list.querySelector(ATTENDED) !== null);
    /** What has the focus, and which menu is open, is known a moment after the event. */
    const judgeSoon = () => requestAnimationFrame(judge);
    const released = () => {
      touched = undefined;
      judge();
    };
    const pointed = ({ type, pointerType }: PointerEvent) => {
      if (pointerType === "mouse") isPointedAt = type !== "pointerleave";
      else {
        window.clearTimeout(touched);
        touched = window.setTimeout(released, TOUCH_HOLDS_MS);
      }
      judge();
    };
    const ofPointer = ["pointerenter", "pointerdown", "pointermove", "pointerleave"] as const;
    for (const name of ofPointer) list.addEventListener(name, pointed);
    for (const name of ["focusin", "focusout", "keydown"] as const) document.addEventListener(name, judgeSoon);
    return () => {
      window.clearTimeout(touched);
      for (const name of ofPointer) list.removeEventListener(name, pointed);
      for (const name of ["focusin", "focusout", "keydown"] as const) document.removeEventListener(name, judgeSoon);
    };
  }, [box]);
  return isHeld;
}
