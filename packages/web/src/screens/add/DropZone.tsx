import { type DragEvent, type ReactElement, useState } from "react";
import { Icon } from "../../parts/Icon.tsx";
import { classes } from "../../parts/classes.ts";
import { screens } from "../../texts/en-screens.ts";
import { filesOfDrop, type FoundFile } from "../sources/read-drop.ts";
import { FileButtons } from "./FileButtons.tsx";

interface DropZoneProps {
  readonly onFiles: (found: readonly FoundFile[]) => void;
  readonly isBusy: boolean;
  /** Something is chosen already: it takes less room. */
  readonly isSmall: boolean;
}

/** Takes files and folders that are dropped on it; its buttons do the same by keyboard. */
export function DropZone({ onFiles, isBusy, isSmall }: DropZoneProps): ReactElement {
  const [isOver, setOver] = useState(false);
  const drop = async (event: DragEvent): Promise<void> => {
    event.preventDefault();
    setOver(false);
    onFiles(await filesOfDrop(event.dataTransfer));
  };
  return (
    <div
      className={classes("drop", isOver && "drop-over", isSmall && "drop-small")}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => void drop(event)}
    >
      <Icon name="upload" size={isSmall ? 24 : 36} />
      <p className="drop-title">{isOver ? screens.add.release : screens.add.dropHere}</p>
      {!isSmall && <p className="soft">{screens.add.dropHint}</p>}
      <FileButtons onFiles={onFiles} isBusy={isBusy} />
    </div>
  );
}
