import { type ReactElement, useMemo } from "react";
import type { OpenedView } from "../worker/contract.ts";
import { FileView } from "./FileView.tsx";
import { FolderView } from "./FolderView.tsx";
import type { Access } from "./viewed.ts";
import "./viewers.css";

export interface RecordViewerProps extends Access {
  readonly opened: OpenedView;
}

/** What an opened record holds. Nothing in it is ever run, rendered as a page, or fetched from elsewhere. */
export default function RecordContent({ opened, read, mediaUrl }: RecordViewerProps): ReactElement {
  const { files, name, handle } = opened;
  // The callers' functions may be new with every render; the record is the same.
  const access = useMemo(() => ({ read, mediaUrl }), [handle]);
  const only = files.length === 1 ? files[0] : undefined;
  return only ? <FileView file={only} {...access} /> : <FolderView name={name} files={files} {...access} />;
}
