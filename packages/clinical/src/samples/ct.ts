import { littleEndian } from "./bytes.ts";
import { binary, number, text, writeDicom } from "./dicom.ts";
import { dicomName, type Person } from "./people.ts";
import { drawSlice, PHANTOM_SIZE } from "./phantom.ts";
import { newUid, type RandomBytes } from "./random.ts";

const CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2";
const FIELD_MM = 240;
/** What part of the phantom's space the slices cover, above and below its middle. */
const REACH = 0.8;

export interface CtStudyPlan {
  readonly person: Person;
  readonly slices: number;
  /** YYYYMMDD. */
  readonly date: string;
  readonly randomBytes: RandomBytes;
}

/** The head of somebody who does not exist: one study, one series, a file a slice, complete as CT Image Storage. */
export function* writeCtStudy(plan: CtStudyPlan): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
  const [study, series, frame] = [
    newUid(plan.randomBytes),
    newUid(plan.randomBytes),
    newUid(plan.randomBytes),
  ];
  for (let index = 0; index < plan.slices; index++) {
    yield writeSlice(plan, { study, series, frame, index });
  }
}

interface Place {
  readonly study: string;
  readonly series: string;
  readonly frame: string;
  readonly index: number;
}

function writeSlice(plan: CtStudyPlan, { study, series, frame, index }: Place): Uint8Array<ArrayBuffer> {
  const { person, slices, date } = plan;
  const instance = newUid(plan.randomBytes);
  const height = slices === 1 ? 0 : (2 * (index / (slices - 1)) - 1) * REACH;
  const spacing = slices === 1 ? 5 : (REACH * FIELD_MM) / (slices - 1);
  const position = decimal((height * FIELD_MM) / 2);
  const pixelMm = decimal(FIELD_MM / PHANTOM_SIZE);
  const dataset = [
    text(0x0008_0005, "CS", "ISO_IR 192"),
    text(0x0008_0008, "CS", "ORIGINAL\\PRIMARY\\AXIAL"),
    text(0x0008_0016, "UI", CT_IMAGE_STORAGE),
    text(0x0008_0018, "UI", instance),
    text(0x0008_0020, "DA", date),
    text(0x0008_0023, "DA", date),
    text(0x0008_0030, "TM", "101500"),
    text(0x0008_0033, "TM", "101530"),
    text(0x0008_0050, "SH", "A0001"),
    text(0x0008_0060, "CS", "CT"),
    text(0x0008_0070, "LO", "Chirograph samples"),
    text(0x0008_0090, "PN", "Nobody^Ann"),
    text(0x0008_1030, "LO", "Head, made up"),
    text(0x0008_103e, "LO", "Axial, made up"),
    text(0x0010_0010, "PN", dicomName(person)),
    text(0x0010_0020, "LO", person.id),
    text(0x0010_0030, "DA", person.birthDate),
    text(0x0010_0040, "CS", person.sex),
    text(0x0018_0050, "DS", decimal(spacing)),
    text(0x0018_0060, "DS", "120"),
    text(0x0018_5100, "CS", "HFS"),
    text(0x0020_000d, "UI", study),
    text(0x0020_000e, "UI", series),
    text(0x0020_0010, "SH", "1"),
    text(0x0020_0011, "IS", "1"),
    text(0x0020_0012, "IS", "1"),
    text(0x0020_0013, "IS", String(index + 1)),
    text(0x0020_0032, "DS", `${-FIELD_MM / 2}\\${-FIELD_MM / 2}\\${position}`),
    text(0x0020_0037, "DS", "1\\0\\0\\0\\1\\0"),
    text(0x0020_0052, "UI", frame),
    text(0x0020_1040, "LO", ""),
    text(0x0020_1041, "DS", position),
    number(0x0028_0002, "US", 1),
    text(0x0028_0004, "CS", "MONOCHROME2"),
    number(0x0028_0010, "US", PHANTOM_SIZE),
    number(0x0028_0011, "US", PHANTOM_SIZE),
    text(0x0028_0030, "DS", `${pixelMm}\\${pixelMm}`),
    number(0x0028_0100, "US", 16),
    number(0x0028_0101, "US", 16),
    number(0x0028_0102, "US", 15),
    number(0x0028_0103, "US", 1),
    text(0x0028_1050, "DS", "40"),
    text(0x0028_1051, "DS", "120"),
    text(0x0028_1052, "DS", "0"),
    text(0x0028_1053, "DS", "1"),
    binary(0x7fe0_0010, "OW", littleEndian(drawSlice(height))),
  ];
  return writeDicom({ sopClass: CT_IMAGE_STORAGE, instance, dataset });
}

/** A DS holds sixteen characters at most. */
function decimal(value: number): string {
  return String(Number(value.toFixed(5)));
}
