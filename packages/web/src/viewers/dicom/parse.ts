import { type DataSet, parseDicom, readPart10Header } from "dicom-parser";
import { ViewerError, viewerError } from "../problem.ts";

const IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2";
const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1";
const DEFLATED = "1.2.840.10008.1.2.1.99";
export const EXPLICIT_BIG_ENDIAN = "1.2.840.10008.1.2.2";

/** More is no header and no picture that is drawn here; and what inflates for ever must end. */
const MOST_INFLATED_BYTES = 512 * 1024 * 1024;

export const PIXEL_DATA = "x7fe00010";

export interface Parsed {
  readonly data: DataSet;
  readonly transferSyntax: string;
  readonly isBare: boolean;
  /** What was wrong where reading ended; `data` holds what stands before. */
  readonly broken: string | undefined;
}

/** Reads all elements, or those before the pixels. */
export async function parse(bytes: Uint8Array<ArrayBuffer>, untilPixels = false): Promise<Parsed> {
  const isBare = !hasPrefix(bytes);
  const guess = isBare ? guessSyntax(bytes) : undefined;
  const inflated = isBare ? undefined : await inflate(bytes);
  const options = {
    ...(guess !== undefined && { TransferSyntaxUID: guess }),
    ...(untilPixels && { untilTag: PIXEL_DATA }),
    ...(inflated !== undefined && { inflater: () => inflated }),
  };
  const { data, broken } = read(bytes, options);
  const transferSyntax = guess ?? syntaxOf(data) ?? (broken && syntaxOf(metaOf(bytes)));
  if (transferSyntax === undefined) throw new ViewerError("no-syntax", broken ?? "");
  return { data, transferSyntax, isBare, broken };
}

function hasPrefix(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(128, 132)) === "DICM";
}

/** What was read before something broke is thrown along with what broke. */
function read(
  bytes: Uint8Array,
  options: Parameters<typeof parseDicom>[1],
): { data: DataSet; broken: string | undefined } {
  try {
    return { data: parseDicom(bytes, options), broken: undefined };
  } catch (error) {
    const problem = viewerError(error, "malformed");
    const data = partOf(error);
    if (data === undefined) {
      const code = problem.message.includes("0002,0010") ? "no-syntax" : "malformed";
      throw new ViewerError(code, short(problem.message), { cause: error });
    }
    dropUnreadable(data);
    return { data, broken: short(problem.message) };
  }
}

function partOf(error: unknown): DataSet | undefined {
  if (typeof error !== "object" || error === null || !("dataSet" in error)) return undefined;
  const part = error.dataSet as DataSet | undefined;
  return part !== undefined && Object.keys(part.elements).length > 0 ? part : undefined;
}

/** Values that reach past the end are announced and not there. Of the pixels, what is there is counted later. */
function dropUnreadable(data: DataSet): void {
  for (const [tag, { dataOffset, length, items }] of Object.entries(data.elements)) {
    const isThere = dataOffset + length <= data.byteArray.length;
    if (!isThere && items === undefined && tag !== PIXEL_DATA) delete data.elements[tag];
    for (const { dataSet } of items ?? []) if (dataSet !== undefined) dropUnreadable(dataSet);
  }
}

/** The parser names its functions; nobody needs them. */
function short(message: string): string {
  return message.replace(/^dicomParser[.:]?\w*:?\s*/, "");
}

function syntaxOf(data: DataSet | undefined): string | undefined {
  return data?.string("x00020010");
}

/** Only what says how the rest is encoded: where the rest breaks, it is not in what was read of it. */
function metaOf(bytes: Uint8Array): DataSet | undefined {
  try {
    const meta = readPart10Header(bytes, { untilTag: "" });
    dropUnreadable(meta);
    return meta;
  } catch {
    return undefined;
  }
}

/** The representation of the first element is two capitals where representations are written. */
function guessSyntax(bytes: Uint8Array): string {
  const isExplicit = /^[A-Z]{2}$/.test(new TextDecoder("latin1").decode(bytes.subarray(4, 6)));
  return isExplicit ? EXPLICIT_LITTLE_ENDIAN : IMPLICIT_LITTLE_ENDIAN;
}

/** Of the deflated syntax, the whole file with its data set inflated; `undefined` of any other. */
async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const start = endOfMeta(bytes);
  if (start === undefined) return undefined;
  const stream = new Blob([bytes.subarray(start)])
    .stream()
    .pipeThrough(new DecompressionStream("deflate-raw"));
  const parts: Uint8Array[] = [bytes.subarray(0, start)];
  let size = start;
  for await (const part of stream) {
    size += part.length;
    if (size > MOST_INFLATED_BYTES) throw new ViewerError("too-large", "deflated");
    parts.push(part);
  }
  const whole = new Uint8Array(size);
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}

function endOfMeta(bytes: Uint8Array): number | undefined {
  const meta = metaOf(bytes);
  const length = meta?.uint32("x00020000");
  const group = meta?.elements["x00020000"];
  if (syntaxOf(meta) !== DEFLATED || length === undefined || group === undefined) return undefined;
  return group.dataOffset + group.length + length;
}
