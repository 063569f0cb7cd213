import type { ReactElement } from "react";
import { LinkButton } from "../parts/Button.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { en } from "../texts/en.ts";

export function NotFound(): ReactElement {
  return (
    <div className="stack stack-wide">
      <PageHeader title={en.notFound.title} intro={en.notFound.text} />
      <div>
        <LinkButton href="/charts" kind="primary">
          {en.notFound.toCharts}
        </LinkButton>
      </div>
    </div>
  );
}
