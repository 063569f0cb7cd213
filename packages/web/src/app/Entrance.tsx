import type { ReactElement, ReactNode } from "react";
import { en } from "../texts/en.ts";
import { Brand } from "./Brand.tsx";

/** The frame of all pages before the charts: no navigation, one thing to do. */
export function Entrance({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <div className="entrance">
      <header className="entrance-head">
        <Brand size={36} />
        <p>{en.entrance.motto}</p>
      </header>
      <main id="content" className="entrance-main stack stack-wide">
        {children}
      </main>
    </div>
  );
}
