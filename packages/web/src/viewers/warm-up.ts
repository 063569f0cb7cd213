/** Fetches the viewer that a record of this kind will want, while its fragments are still on their way. */
export function warmUp(kind: string): void {
  const chunks = kind === "application/dicom" ? [content(), study(), file(), cornerstone()] : [content()];
  // What cannot be fetched now is fetched, or fails, when it is needed.
  void Promise.allSettled(chunks);
}

const content = async (): Promise<unknown> => import("./RecordContent.tsx");
const study = async (): Promise<unknown> => import("./dicom/DicomStudy.tsx");
const file = async (): Promise<unknown> => import("./dicom/DicomFile.tsx");

/** Its decoders load too. */
const cornerstone = async (): Promise<void> => (await import("./dicom/cornerstone.ts")).startCornerstone();
