import type { ReactElement } from "react";
import { registerMedia } from "../media/index.ts";
import { Button } from "../parts/Button.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { VisuallyHidden } from "../parts/VisuallyHidden.tsx";
import { viewersEn } from "../texts/en-viewers.ts";
import { useAction } from "../worker-client/use-action.ts";
import { rest } from "./rest.ts";
import { nameOf, type ViewedFile } from "./viewed.ts";

/** Saves a file as it is: streamed through the service worker, or by way of memory where there is none. */
export function DownloadButton({ file, read, mediaUrl }: ViewedFile): ReactElement {
  const name = nameOf(file.path);
  const { run, isBusy, problem } = useAction(async () => {
    if (await registerMedia()) follow(mediaUrl(file.path, "application/octet-stream"));
    else await saveFromMemory(await read(file.path), name);
  });
  return (
    <>
      <Button size="small" icon="download" busy={isBusy} onClick={() => void run()}>
        {isBusy ? viewersEn.downloading : viewersEn.download}
        <VisuallyHidden>: {name}</VisuallyHidden>
      </Button>
      <ProblemNotice problem={problem} />
    </>
  );
}

/** What answers says that it is to be saved, so the page stays. */
function follow(url: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.click();
}

/** Of no type that anything would open. */
async function saveFromMemory(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<void> {
  const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  await rest(1000);
  URL.revokeObjectURL(url);
}
