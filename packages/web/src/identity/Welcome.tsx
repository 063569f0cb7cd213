import { type ReactElement, useState } from "react";
import { Button } from "../parts/Button.tsx";
import { Card } from "../parts/Card.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { en } from "../texts/en.ts";
import type { KeptIdentity } from "../worker/contract.ts";
import { ImportIdentity } from "./ImportIdentity.tsx";
import { MakeIdentity } from "./MakeIdentity.tsx";

/** For whoever has no identity in this browser yet. */
export function Welcome({ onMade }: { readonly onMade: (identity: KeptIdentity) => void }): ReactElement {
  const [imports, setImports] = useState(false);
  return (
    <>
      <PageHeader
        title={imports ? en.welcome.importTitle : en.welcome.title}
        intro={imports ? en.welcome.importIntro : en.welcome.intro}
      />
      <Card>{imports ? <ImportIdentity onMade={onMade} /> : <MakeIdentity onMade={onMade} />}</Card>
      <div>
        <Button kind="quiet" className="button-at-edge" onClick={() => setImports(!imports)}>
          {imports ? en.welcome.makeNew : en.welcome.haveOne}
        </Button>
      </div>
      <section className="stack stack-close small soft">
        <h2>{en.welcome.aboutTitle}</h2>
        {en.welcome.about.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </section>
    </>
  );
}
