import { type ReactElement, type ReactNode, useEffect, useRef } from "react";
import { Link } from "wouter";
import { Icon } from "./Icon.tsx";
import { useFocusOnArrival } from "./arrival.tsx";
import { en } from "../texts/en.ts";

interface PageHeaderProps {
  readonly title: string;
  /**
   * What the tab is called where the title tells of a person or a record: a browser writes the names of tabs into its
   * history, on the disk.
   */
  readonly tabTitle?: string;
  readonly intro?: ReactNode;
  /** Where this page hangs, the outermost first. */
  readonly above?: readonly { readonly href: string; readonly label: string }[];
  readonly actions?: ReactNode;
}

/** The page's one `h1`. Names the document, and takes the focus when somebody comes here from another page. */
export function PageHeader({
  title,
  tabTitle = title,
  intro,
  above = [],
  actions,
}: PageHeaderProps): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = `${tabTitle} · ${en.name}`;
  }, [tabTitle]);

  useFocusOnArrival(heading);

  return (
    <header className="page-header">
      <div className="page-header-text">
        {above.length > 0 && (
          <nav className="breadcrumb" aria-label={en.parts.breadcrumb}>
            {above.map(({ href, label }, index) => (
              <span key={href} className="breadcrumb-step">
                {index === 0 ? <Icon name="back" size={14} /> : <span aria-hidden="true">/</span>}
                <Link href={href}>{label}</Link>
              </span>
            ))}
          </nav>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {typeof intro === "string" ? <p>{intro}</p> : intro}
      </div>
      {actions !== undefined && <div className="row">{actions}</div>}
    </header>
  );
}
