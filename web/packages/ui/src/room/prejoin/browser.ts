/** The families of browsers whose permission dialogs differ. */
export type BrowserFamily = "chrome" | "safari" | "ios" | "android" | "firefox" | "wechat";

export function browserFamily(agent = navigator.userAgent, touchPoints = navigator.maxTouchPoints): BrowserFamily {
  if (/MicroMessenger/i.test(agent)) return "wechat";
  // iPads say that they are Macs; a Mac has no touch screen.
  if (/iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && touchPoints > 1)) return "ios";
  if (/Android/.test(agent)) return "android";
  if (/Firefox\//.test(agent)) return "firefox";
  if (/Safari\//.test(agent) && !/Chrome\/|Chromium\/|Edg\//.test(agent)) return "safari";
  return "chrome";
}
