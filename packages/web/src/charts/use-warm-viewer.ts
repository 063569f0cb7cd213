import { useEffect } from "react";
import { warmUp } from "../viewers/warm-up.ts";

/** Fetches the page that shows a record, and the viewer of scans, while somebody is still typing or choosing. */
export function useWarmViewer(isWanted: boolean): void {
  useEffect(() => {
    if (!isWanted) return;
    warmUp("application/dicom");
    // What cannot be fetched now is fetched, or fails, when it is needed.
    import("../screens/RecordPage.tsx").catch(() => undefined);
  }, [isWanted]);
}
