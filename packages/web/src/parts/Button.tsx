import type { ComponentProps, MouseEvent, ReactElement } from "react";
import { Link } from "wouter";
import { classes } from "./classes.ts";
import { Icon, type IconName } from "./Icon.tsx";

interface Look {
  readonly kind?: "primary" | "plain" | "quiet" | "danger";
  readonly size?: "normal" | "small";
  readonly icon?: IconName;
}

export interface ButtonProps extends ComponentProps<"button">, Look {
  /** Works already: keeps the focus, does nothing when pressed again. */
  readonly busy?: boolean;
}

export function Button({
  kind,
  size,
  icon,
  busy = false,
  className,
  children,
  onClick,
  type = "button",
  ...rest
}: ButtonProps): ReactElement {
  const press = (event: MouseEvent<HTMLButtonElement>): void => {
    if (busy) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      {...rest}
      type={type}
      className={classes(lookOf({ kind, size }), className)}
      aria-disabled={busy || undefined}
      onClick={press}
    >
      {busy ? <span className="spinner-ring" aria-hidden="true" /> : icon && <Icon name={icon} size={18} />}
      {children}
    </button>
  );
}

interface LinkButtonProps extends Look {
  readonly href: string;
  readonly className?: string;
  readonly children: ComponentProps<"a">["children"];
}

/** A link within the application that looks like a button. */
export function LinkButton({ kind, size, icon, href, className, children }: LinkButtonProps): ReactElement {
  return (
    <Link href={href} className={classes(lookOf({ kind, size }), className)}>
      {icon && <Icon name={icon} size={18} />}
      {children}
    </Link>
  );
}

function lookOf({
  kind = "plain",
  size = "normal",
}: {
  kind: Look["kind"] | undefined;
  size: Look["size"] | undefined;
}): string {
  return classes("button", kind !== "plain" && `button-${kind}`, size === "small" && "button-small");
}
