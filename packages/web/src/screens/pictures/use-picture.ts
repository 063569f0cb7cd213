import { useEffect, useState } from "react";
import { type Picture, type PictureFile, pictureOf } from "./picture-of.ts";

/** `undefined` until it is made, `null` where there is nothing to show. */
export function usePicture(files: readonly PictureFile[] | undefined): Picture | null | undefined {
  const [made, setMade] = useState<
    { readonly of: typeof files; readonly picture: Picture | null } | undefined
  >();
  useEffect(() => {
    if (files === undefined) return;
    let isLate = false;
    const make = async (): Promise<void> => {
      // A file that has gone or changed since it was chosen has no picture.
      const picture = await pictureOf(files).catch(() => undefined);
      if (!isLate) setMade({ of: files, picture: picture ?? null });
    };
    void make();
    return () => {
      isLate = true;
    };
  }, [files]);
  if (files === undefined) return null;
  return made?.of === files ? made.picture : undefined;
}
