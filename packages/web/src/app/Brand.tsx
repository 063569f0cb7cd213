import type { ReactElement } from "react";
import { en } from "../texts/en.ts";

/** A sheet cut in two along a toothed line. */
export function Brand({ size = 28 }: { readonly size?: number }): ReactElement {
  return (
    <span className="brand">
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <rect width="32" height="32" rx="7" className="brand-ground" />
        <path d="M9 6h14v8.6l-3.5 3-3.5-3-3.5 3-3.5-3z" className="brand-upper" />
        <path d="M9 17.8l3.5 3 3.5-3 3.5 3 3.5-3V26H9z" className="brand-lower" />
      </svg>
      <span>{en.name}</span>
    </span>
  );
}
