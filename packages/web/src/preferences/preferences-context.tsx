import {
  createContext,
  type ReactElement,
  type ReactNode,
  useContext,
  useLayoutEffect,
  useMemo,
  useState,
} from "react";
import { keepPreferences, type Preferences, readPreferences, showTheme, usual } from "./preferences.ts";

interface PreferencesState {
  readonly preferences: Preferences;
  readonly change: (changes: Partial<Preferences>) => void;
}

const Context = createContext<PreferencesState>({ preferences: usual, change: () => undefined });

export function PreferencesProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [preferences, setPreferences] = useState(readPreferences);

  useLayoutEffect(() => showTheme(preferences.theme), [preferences.theme]);

  const state = useMemo<PreferencesState>(
    () => ({
      preferences,
      change: (changes) => {
        const next = { ...preferences, ...changes };
        keepPreferences(next);
        setPreferences(next);
      },
    }),
    [preferences],
  );
  return <Context value={state}>{children}</Context>;
}

export function usePreferences(): PreferencesState {
  return useContext(Context);
}
