import type { ReactElement } from "react";
import { Badge } from "../../parts/Badge.tsx";
import type { IconName } from "../../parts/Icon.tsx";
import type { TransferState } from "../../worker/contract.ts";
import { screens } from "../../texts/en-screens.ts";

type Look = { readonly tone: "plain" | "accent" | "good" | "warn" | "bad"; readonly icon?: IconName };

const looks: Readonly<Record<TransferState, Look>> = {
  waiting: { tone: "plain" },
  sealing: { tone: "accent", icon: "lock" },
  sending: { tone: "accent", icon: "upload" },
  offline: { tone: "warn", icon: "offline" },
  paused: { tone: "warn", icon: "pause" },
  committing: { tone: "accent", icon: "key" },
  done: { tone: "good", icon: "check" },
  cancelled: { tone: "plain", icon: "dash" },
  failed: { tone: "bad", icon: "alert" },
  "needs-chart": { tone: "warn", icon: "lock" },
  "needs-source": { tone: "warn", icon: "file" },
};

export function TransferStateBadge({ state }: { readonly state: TransferState }): ReactElement {
  return <Badge {...looks[state]}>{screens.transfer.states[state]}</Badge>;
}
