import { Component, type ReactNode } from "react";
import { Notice } from "../parts/Notice.tsx";
import { viewersEn } from "../texts/en-viewers.ts";

interface GuardedProps {
  readonly children: ReactNode;
}

/** A viewer that fails leaves a sentence, never a blank page. */
export class Guarded extends Component<GuardedProps, { readonly hasFailed: boolean }> {
  override state: { readonly hasFailed: boolean } = { hasFailed: false };

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <Notice tone="bad" title={viewersEn.failed.title}>
        <p>{viewersEn.defect}</p>
        <p>{viewersEn.failed.keep}</p>
      </Notice>
    );
  }
}
