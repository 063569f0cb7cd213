import type { ReactElement } from "react";
import { PageHeader } from "../parts/PageHeader.tsx";
import { en } from "../texts/en.ts";
import { AppearanceSettings } from "./AppearanceSettings.tsx";
import { IdentitySettings } from "./IdentitySettings.tsx";
import { LockingSettings } from "./LockingSettings.tsx";

export function SettingsPage(): ReactElement {
  return (
    <div className="stack stack-wide narrow">
      <PageHeader title={en.settings.title} />
      <IdentitySettings />
      <LockingSettings />
      <AppearanceSettings />
    </div>
  );
}
