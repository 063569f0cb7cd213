export { RecordViewer } from "./RecordViewer.tsx";
export { warmUp } from "./warm-up.ts";
