import type { ReactElement, ReactNode } from "react";

/** For those who listen; others see it from the context. */
export function VisuallyHidden({ children }: { readonly children: ReactNode }): ReactElement {
  return <span className="hidden-visually">{children}</span>;
}
