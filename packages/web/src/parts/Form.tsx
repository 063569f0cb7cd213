import type { ReactElement, ReactNode, SubmitEvent } from "react";

interface FormProps {
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

/** A form that goes nowhere by itself. Afterwards the first field that is wrong has the focus. */
export function Form({ onSubmit, children }: FormProps): ReactElement {
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    onSubmit();
    requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  return (
    <form className="form" noValidate autoComplete="off" onSubmit={submit}>
      {children}
    </form>
  );
}
