import { ViewerError, viewerError } from "../problem.ts";
import { elementsOf } from "./elements-of.ts";
import { factsOf } from "./facts-of.ts";
import { parse, type Parsed } from "./parse.ts";
import { pictureOf } from "./picture-of.ts";
import { placeOf } from "./place-of.ts";
import type { DicomReading, Facts, Place } from "./reading.ts";
import { encodingOf } from "./texts-of.ts";
import { wavesOf } from "./waves-of.ts";

/** All that the viewer wants of a file. Throws where not even a part of its header can be read. */
export async function readFile(bytes: Uint8Array<ArrayBuffer>): Promise<DicomReading> {
  const parsed = await parse(bytes);
  const { data, transferSyntax, isBare, broken } = parsed;
  const encoding = encodingOf(data);
  const { rows, count } = elementsOf(data, encoding);
  return {
    transferSyntax,
    isBare,
    broken,
    facts: factsOf(data, encoding),
    place: placeOf(data),
    ...tryPicture(parsed),
    waves: wavesOf(data, encoding),
    elements: rows,
    elementCount: count,
  };
}

export interface HeadReading {
  readonly place: Place;
  readonly facts: Facts;
}

/** Of the beginning of a file: where it belongs. `undefined`: more of it is needed. */
export async function readHead(bytes: Uint8Array<ArrayBuffer>): Promise<HeadReading | undefined> {
  const { data, broken } = await parse(bytes, true);
  if (broken !== undefined) return undefined;
  return { place: placeOf(data), facts: factsOf(data, encodingOf(data)) };
}

function tryPicture({ data, transferSyntax, broken }: Parsed): Pick<DicomReading, "picture" | "noPicture"> {
  try {
    return { picture: pictureOf(data, transferSyntax), noPicture: undefined };
  } catch (error) {
    const { code, message } = viewerError(error, "bad-picture");
    // Where the file breaks off before or in its pixels, that is the reason.
    const isCut = broken !== undefined && (code === "no-frames" || !(error instanceof ViewerError));
    return {
      picture: undefined,
      noPicture: { code: isCut ? "truncated" : code, detail: isCut ? broken : message },
    };
  }
}
