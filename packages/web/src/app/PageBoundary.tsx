import { Component, type ReactNode } from "react";
import { Button } from "../parts/Button.tsx";
import { Notice } from "../parts/Notice.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { en } from "../texts/en.ts";

interface State {
  readonly failed: boolean;
}

/** Says so where a page breaks, instead of an empty one. React offers this to classes only. */
export class PageBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="stack stack-wide">
        <PageHeader title={en.broken.title} />
        <Notice
          tone="bad"
          actions={
            <Button size="small" onClick={() => location.reload()}>
              {en.broken.reload}
            </Button>
          }
        >
          {en.broken.text}
        </Notice>
      </div>
    );
  }
}
