import { type ReactElement, useRef } from "react";
import { Button } from "../../parts/Button.tsx";
import { screens } from "../../texts/en-screens.ts";
import { filesOfInput, type FoundFile } from "../sources/read-drop.ts";

interface FileButtonsProps {
  readonly onFiles: (found: readonly FoundFile[]) => void;
  readonly isBusy: boolean;
}

/** An attribute that React's types do not know. */
const folderOnly = { webkitdirectory: "" };

/** The browser's own choosers, for files and for a folder. */
export function FileButtons({ onFiles, isBusy }: FileButtonsProps): ReactElement {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement): void => {
    const found = input.files === null ? [] : filesOfInput(input.files);
    // The same file can be chosen again after it was removed.
    input.value = "";
    if (found.length > 0) onFiles(found);
  };
  return (
    <div className="row">
      <Button icon="file" busy={isBusy} onClick={() => files.current?.click()}>
        {screens.add.chooseFiles}
      </Button>
      <Button icon="layers" busy={isBusy} onClick={() => folder.current?.click()}>
        {screens.add.chooseFolder}
      </Button>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        data-testid="choose-files"
        aria-label={screens.add.chooseFiles}
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        {...folderOnly}
        hidden
        data-testid="choose-folder"
        aria-label={screens.add.chooseFolder}
        onChange={(event) => take(event.currentTarget)}
      />
    </div>
  );
}
