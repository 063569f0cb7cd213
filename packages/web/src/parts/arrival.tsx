import {
  createContext,
  type ReactElement,
  type ReactNode,
  type RefObject,
  useContext,
  useEffect,
  useRef,
} from "react";
import { useLocation } from "wouter";

/** The page whose heading was shown last. */
const Arrival = createContext<RefObject<string | undefined>>({ current: undefined });

export function ArrivalProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const path = useRef<string | undefined>(undefined);
  return <Arrival value={path}>{children}</Arrival>;
}

/**
 * Moves the focus to the heading when somebody comes from another page, or when what had the focus is gone: a reader
 * of the screen then begins where the page does. Not on the first page of a visit.
 */
export function useFocusOnArrival(heading: RefObject<HTMLElement | null>): void {
  const last = useContext(Arrival);
  const [path] = useLocation();
  useEffect(() => {
    const isFirst = last.current === undefined;
    const isElsewhere = last.current !== path;
    last.current = path;
    if (!isFirst && (isElsewhere || document.activeElement === document.body)) {
      heading.current?.focus({ preventScroll: true });
      if (isElsewhere) scrollTo(0, 0);
    }
  }, [heading, last, path]);
}
