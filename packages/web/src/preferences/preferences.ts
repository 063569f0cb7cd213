export type Theme = "system" | "light" | "dark";

/** How somebody likes it; nothing here is secret. */
export interface Preferences {
  readonly theme: Theme;
  readonly autoLockMinutes: number;
}

export const SHORTEST_AUTO_LOCK = 1;
export const LONGEST_AUTO_LOCK = 480;
export const usual: Preferences = { theme: "system", autoLockMinutes: 10 };

const KEY = "chirograph.preferences";

/** What was kept, as far as it makes sense; the usual for the rest. */
export function parsePreferences(text: string | null): Preferences {
  const kept = parseObject(text);
  const theme = kept["theme"];
  const minutes = kept["autoLockMinutes"];
  return {
    theme: theme === "light" || theme === "dark" || theme === "system" ? theme : usual.theme,
    autoLockMinutes: isAutoLock(minutes) ? minutes : usual.autoLockMinutes,
  };
}

export function isAutoLock(minutes: unknown): minutes is number {
  return (
    Number.isInteger(minutes) && Number(minutes) >= SHORTEST_AUTO_LOCK && Number(minutes) <= LONGEST_AUTO_LOCK
  );
}

export function readPreferences(): Preferences {
  try {
    return parsePreferences(localStorage.getItem(KEY));
  } catch {
    // Storage is switched off: it works without.
    return usual;
  }
}

export function keepPreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Storage is switched off or full: they last until the page is left.
  }
}

/** The theme as tokens.css reads it. */
export function showTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset["theme"];
  else dataset["theme"] = theme;
}

function parseObject(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
