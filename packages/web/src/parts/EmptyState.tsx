import type { ReactElement, ReactNode } from "react";
import { Icon, type IconName } from "./Icon.tsx";

interface EmptyStateProps {
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
}

export function EmptyState({ icon, title, text, children }: EmptyStateProps): ReactElement {
  return (
    <div className="empty">
      <Icon name={icon} size={36} />
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  );
}
