import { textOf } from "./i18n/text.ts";

/** The few words that components say by themselves. */
export const messages = {
  en: {
    close: "Close",
    loading: "Loading",
    notifications: "Notifications",
    optional: "optional",
    showPassword: "Show password",
    hidePassword: "Hide password",
    copied: "Copied",
    share: "Share…",
  },
  "zh-CN": {
    close: "关闭",
    loading: "加载中",
    notifications: "通知",
    optional: "选填",
    showPassword: "显示密码",
    hidePassword: "隐藏密码",
    copied: "已复制",
    share: "分享…",
  },
} as const;

export const useUiText = textOf(messages);
