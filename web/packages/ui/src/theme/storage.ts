/** Choices kept on this device. A browser that forbids storage forgets them, and that is all. */
export function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private windows of some browsers refuse; the choice then lasts as long as the page.
  }
}
