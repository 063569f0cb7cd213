import { type ReactElement, type ReactNode, useRef } from "react";
import { Link, useLocation } from "wouter";
import { useIdentity } from "../identity/identity-context.ts";
import { useIdleLock } from "../identity/use-idle-lock.ts";
import { Button } from "../parts/Button.tsx";
import { Icon, type IconName } from "../parts/Icon.tsx";
import { Notice } from "../parts/Notice.tsx";
import { usePreferences } from "../preferences/preferences-context.tsx";
import { en } from "../texts/en.ts";
import { TransfersButton } from "../transfers/TransfersButton.tsx";
import { Brand } from "./Brand.tsx";

const places: readonly { readonly href: string; readonly label: string; readonly icon: IconName }[] = [
  { href: "/charts", label: en.shell.charts, icon: "chart" },
  { href: "/stores", label: en.shell.stores, icon: "stores" },
  { href: "/settings", label: en.shell.settings, icon: "settings" },
];

/** What stands round every page once an identity is unlocked. */
export function Shell({ children }: { readonly children: ReactNode }): ReactElement {
  const { lock } = useIdentity();
  const { preferences } = usePreferences();
  const secondsLeft = useIdleLock(preferences.autoLockMinutes, lock);
  const content = useRef<HTMLElement>(null);

  return (
    <>
      <a
        className="skip"
        href="#content"
        onClick={(event) => {
          event.preventDefault();
          content.current?.focus();
        }}
      >
        {en.shell.skip}
      </a>
      <header className="shell-head">
        <div className="shell-head-inside">
          <Link href="/charts" className="brand-link">
            <Brand />
          </Link>
          <nav className="shell-nav" aria-label={en.shell.navigation}>
            {places.map((place) => (
              <Place key={place.href} {...place} />
            ))}
          </nav>
          <TransfersButton />
          <Button size="small" icon="lock" title={en.shell.lockHint} onClick={lock}>
            {en.shell.lock}
          </Button>
        </div>
      </header>
      <main id="content" ref={content} tabIndex={-1} className="shell-main">
        {children}
      </main>
      <div className="shell-foot">
        {secondsLeft !== undefined && <Notice tone="warn">{en.shell.locksSoon(secondsLeft)}</Notice>}
      </div>
    </>
  );
}

function Place({ href, label, icon }: (typeof places)[number]): ReactElement {
  const [path] = useLocation();
  const isHere = path === href || path.startsWith(`${href}/`);
  return (
    <Link href={href} className="shell-place" aria-current={isHere ? "page" : undefined}>
      <Icon name={icon} size={18} />
      {label}
    </Link>
  );
}
