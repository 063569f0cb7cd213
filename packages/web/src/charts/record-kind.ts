import type { IconName } from "../parts/Icon.tsx";
import { en } from "../texts/en.ts";
import type { RecordView } from "../worker/contract.ts";

/** A media type as people call it. */
export interface RecordKind {
  readonly name: string;
  readonly icon: IconName;
}

export function recordKind({ kind, files = 1 }: Pick<RecordView, "kind" | "files">): RecordKind {
  const { kinds, families } = en.chart;
  const [family = ""] = kind.split("/");
  if (kind === "application/dicom" && files > 1) return { name: kinds.study, icon: "layers" };
  if (kind === "application/vnd.chirograph.folder" || files > 1)
    return { name: kinds.folder, icon: "layers" };
  const name = kinds.types[kind] ?? families[family] ?? kinds.other;
  return { name, icon: kind === "application/dicom" ? "image" : (icons[family] ?? "file") };
}

const icons: Readonly<Record<string, IconName>> = { image: "image", video: "video" };
