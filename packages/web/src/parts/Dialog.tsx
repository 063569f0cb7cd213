import { type ReactElement, type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "./Button.tsx";
import { classes } from "./classes.ts";
import { en } from "../texts/en.ts";

interface DialogProps {
  readonly open: boolean;
  /** Escape, the close button, a press beside it. */
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly wide?: boolean;
  /** Not rendered while it is closed. */
  readonly children: ReactNode;
}

/** The browser's own: what lies behind is inert, and the focus goes back to where it came from. */
export function Dialog({ open, onClose, title, wide = false, children }: DialogProps): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    const element = dialog.current;
    if (open && element?.open === false) {
      element.showModal();
      // Where there is something to fill in, that is what people came for; else the browser chooses.
      element.querySelector<HTMLElement>("input, select, textarea")?.focus();
    }
    if (!open && element?.open === true) element.close();
  }, [open]);

  return (
    <dialog
      ref={dialog}
      className={classes("dialog", wide && "dialog-wide")}
      aria-labelledby={titleId}
      onClose={onClose}
      onPointerDown={(event) => {
        if (event.target === event.currentTarget) event.currentTarget.close();
      }}
    >
      {open && (
        <div className="dialog-inside">
          <div className="dialog-head">
            <h2 id={titleId}>{title}</h2>
            <Button kind="quiet" icon="close" aria-label={en.parts.close} onClick={onClose} />
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}
