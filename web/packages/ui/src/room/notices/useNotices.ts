import { type Toast, type ToastDraft, toasts } from "@stoa/models/toasts";
import { createContext, useContext } from "react";

export interface Notice {
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void };
}

export type Notices = ReturnType<typeof makeNotices>;
export const makeNotices = () => toasts<Notice>();
export type ShownNotice = Toast<Notice>;
export type NoticeDraft = ToastDraft<Notice>;

export const NoticesContext = createContext<Notices | null>(null);

export function useNotices(): Notices {
  const notices = useContext(NoticesContext);
  if (!notices) throw new Error("a component of the meeting stands outside its notices");
  return notices;
}
