import type { ReactElement } from "react";
import { Card } from "../parts/Card.tsx";
import type { Theme } from "../preferences/preferences.ts";
import { usePreferences } from "../preferences/preferences-context.tsx";
import { en } from "../texts/en.ts";

const themes: readonly Theme[] = ["system", "light", "dark"];

export function AppearanceSettings(): ReactElement {
  const { preferences, change } = usePreferences();
  return (
    <Card title={en.settings.appearance}>
      <fieldset className="field">
        <legend className="field-label">{en.settings.theme}</legend>
        <div className="segments">
          {themes.map((theme) => (
            <label key={theme} className="segment">
              <input
                type="radio"
                name="theme"
                checked={preferences.theme === theme}
                onChange={() => change({ theme })}
              />
              {en.settings.themes[theme]}
            </label>
          ))}
        </div>
      </fieldset>
    </Card>
  );
}
