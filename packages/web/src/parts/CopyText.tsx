import { type ReactElement, useState } from "react";
import { Button } from "./Button.tsx";
import { VisuallyHidden } from "./VisuallyHidden.tsx";
import { en } from "../texts/en.ts";

interface CopyTextProps {
  readonly text: string;
  /** What it is: "recipient line". */
  readonly what: string;
}

const SHOWN_MS = 2500;

/** For what is public only: the clipboard is everybody's. */
export function CopyText({ text, what }: CopyTextProps): ReactElement {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <div className="copy">
      {/* Can be scrolled and selected by keyboard. */}
      <code tabIndex={0} role="group" aria-label={what}>
        {text}
      </code>
      <Button size="small" icon={copied ? "check" : "copy"} onClick={() => void copy()}>
        {copied ? en.parts.copied : en.parts.copy}
        <VisuallyHidden>: {what}</VisuallyHidden>
      </Button>
      <span aria-live="polite" className="hidden-visually">
        {copied && en.parts.copied}
      </span>
    </div>
  );
}
