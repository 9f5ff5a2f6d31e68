/** iPhones have no full screen for pages: there the choice is absent. */
export const canFullScreen = typeof document !== "undefined" && document.fullscreenEnabled;

export async function toggleFullScreen(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else if (canFullScreen) await document.documentElement.requestFullscreen();
}
