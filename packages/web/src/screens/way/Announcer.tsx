import { type ReactElement, useEffect, useRef, useState } from "react";
import type { TransferView } from "../../worker/contract.ts";
import { screens } from "../../texts/en-screens.ts";

/** Tells those who listen when a transfer comes to its next step; never with each byte. */
export function Announcer({ transfers }: { readonly transfers: readonly TransferView[] }): ReactElement {
  const told = useRef(new Map<string, string>());
  const [message, setMessage] = useState("");
  useEffect(() => {
    const changed = transfers.filter(
      ({ id, state }) => told.current.has(id) && told.current.get(id) !== state,
    );
    told.current = new Map(transfers.map(({ id, state }) => [id, state]));
    if (changed.length === 0) return;
    const sentences = changed.map(({ name, state }) =>
      screens.transfer.announce(name ?? screens.transfer.unnamed, screens.transfer.states[state]),
    );
    setMessage(sentences.join(" "));
  }, [transfers]);
  return (
    <p className="hidden-visually" aria-live="polite">
      {message}
    </p>
  );
}
