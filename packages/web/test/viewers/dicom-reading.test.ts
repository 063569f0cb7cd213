import { samplePeople, writeCtStudy, writeEcg } from "@chirograph/clinical/samples";
import { describe, expect, test } from "vitest";
import { loadSample, samplesMissing } from "../../../../test-support/vectors.ts";
import { ViewerError } from "../../src/viewers/problem.ts";
import { readFile, readHead } from "../../src/viewers/dicom/read-file.ts";

const randomBytes = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => index * 7 + length);
const person = samplePeople.ines;
const ctSlice = (): Uint8Array<ArrayBuffer> =>
  writeCtStudy({ person, slices: 1, date: "20260302", randomBytes }).next().value!;

describe("a file of our own", () => {
  test("is read whole: facts in their letters, picture, place, elements", async () => {
    const reading = await readFile(ctSlice());
    expect(reading.facts).toMatchObject({ patient: "Ejemplo Inés", birthDate: "1991-11-09", modality: "CT" });
    expect(reading.picture).toMatchObject({ isEncapsulated: false, announced: 1, windowCenter: [40] });
    expect(reading.picture?.frames.map(({ length }) => length)).toEqual([512 * 512 * 2]);
    expect(reading.place).toMatchObject({ position: [-120, -120, 0], frames: 1, hasPixels: true });
    expect(reading.elements.find(({ tag }) => tag === "00100010")?.value).toBe("Ejemplo^Inés");
    expect([reading.broken, reading.noPicture, reading.isBare]).toEqual([undefined, undefined, false]);
  });

  test("tells its place from its beginning alone", async () => {
    const head = await readHead(ctSlice().slice(0, 4096));
    expect(head?.place).toMatchObject({ instance: 1, position: [-120, -120, 0], hasPixels: true });
    expect(await readHead(ctSlice().slice(0, 600))).toBeUndefined();
  });

  test("that was cut off says how much of its picture is there", async () => {
    const reading = await readFile(ctSlice().slice(0, 100_000));
    expect(reading.picture).toBeUndefined();
    expect(reading.noPicture?.code).toBe("truncated");
    expect(reading.noPicture?.detail).toMatch(/^\d+ of 524288 bytes$/);
    expect(reading.facts.patient).toBe("Ejemplo Inés");
  });

  test("cut anywhere, is refused or read in part, and never throws anything unexpected", async () => {
    const file = ctSlice();
    const errors: unknown[] = [];
    for (let length = 0; length < 2000; length += 37) {
      await readFile(file.slice(0, length)).catch((error: unknown) => errors.push(error));
    }
    expect(errors.filter((error) => !(error instanceof ViewerError))).toEqual([]);
    expect(errors.length).toBeGreaterThan(0);
  });

  test("of an ECG has twelve leads in millivolts", async () => {
    const ecg = writeEcg({ person, date: "20260302", beatsPerMinute: 70, randomBytes });
    const { waves, picture, noPicture } = await readFile(ecg);
    expect([picture, noPicture]).toEqual([undefined, undefined]);
    expect(waves[0]?.channels.map(({ name }) => name)).toEqual([
      "I",
      "II",
      "III",
      "aVR",
      "aVL",
      "aVF",
      "V1",
      "V2",
      "V3",
      "V4",
      "V5",
      "V6",
    ]);
    expect(waves[0]?.channels.every(({ unit }) => unit === "mV")).toBe(true);
    expect(Math.max(...waves[0]!.channels[1]!.values)).toBeCloseTo(1.15, 0);
  });

  test("without its file meta is read as its bytes suggest, and that is told", async () => {
    const file = ctSlice();
    const metaEnd = 144 + new DataView(file.buffer).getUint32(140, true);
    const reading = await readFile(file.slice(metaEnd));
    expect(reading).toMatchObject({ isBare: true, transferSyntax: "1.2.840.10008.1.2.1" });
    expect(reading.picture?.frames).toHaveLength(1);
  });

  test("deflated, is inflated before it is read", async () => {
    const reading = await readFile(await deflated(ctSlice()));
    expect(reading.transferSyntax).toBe("1.2.840.10008.1.2.1.99");
    expect(reading.picture?.frames[0]?.length).toBe(512 * 512 * 2);
    expect(reading.facts.patient).toBe("Ejemplo Inés");
  });
});

describe.skipIf(samplesMissing)("published samples", () => {
  test.for([
    ["CT_small.dcm", 1, "MONOCHROME2"],
    ["ExplVR_BigEnd.dcm", 1, "RGB"],
    ["JPEG2000.dcm", 1, "MONOCHROME2"],
    ["MR2_UNCI.dcm", 1, "MONOCHROME2"],
    ["MR_small.dcm", 1, "MONOCHROME2"],
    ["MR_small_RLE.dcm", 1, "MONOCHROME2"],
    ["MR_small_jpeg_ls_lossless.dcm", 1, "MONOCHROME2"],
    ["OBXXXX1A_2frame.dcm", 2, "PALETTE COLOR"],
    ["RG3_J2KR.dcm", 1, "MONOCHROME1"],
    ["SC_rgb_jpeg_gdcm.dcm", 1, "RGB"],
    ["US1_UNCR.dcm", 1, "RGB"],
    ["examples_jpeg2k.dcm", 1, "YBR_RCT"],
    ["examples_overlay.dcm", 1, "MONOCHROME2"],
    ["examples_palette.dcm", 1, "PALETTE COLOR"],
    ["examples_ybr_color.dcm", 30, "YBR_FULL_422"],
  ] as const)("%s: %i frames, %s", async ([name, frames, colours]) => {
    const { picture, noPicture } = await readFile(await load(`dicom/${name}`));
    expect(noPicture).toBeUndefined();
    expect(picture?.frames).toHaveLength(frames);
    expect(picture?.pixels.photometricInterpretation).toBe(colours);
  });

  test("an overlay is found beside its picture", async () => {
    const { picture } = await readFile(await load("dicom/examples_overlay.dcm"));
    expect(picture?.overlays.length).toBeGreaterThan(0);
  });

  test("waveforms of a real electrocardiograph", async () => {
    const { waves } = await readFile(await load("dicom/waveform_ecg.dcm"));
    expect(waves.map(({ channels }) => channels.length)).toEqual([12, 12]);
    expect(waves[0]?.channels[0]?.name).toMatch(/^I\b/);
  });

  test.for(["rtplan.dcm", "test-SR.dcm"])("%s has no picture, and says a lot", async (name) => {
    const { picture, noPicture, elements } = await readFile(await load(`dicom/${name}`));
    expect([picture, noPicture]).toEqual([undefined, undefined]);
    expect(elements.length).toBeGreaterThan(50);
    expect(elements.some(({ depth }) => depth > 0)).toBe(true);
  });

  test("one that breaks off in its picture says where", async () => {
    const { noPicture } = await readFile(await load("dicom/MR_truncated.dcm"));
    expect(noPicture).toEqual({ code: "truncated", detail: "8130 of 8192 bytes" });
  });

  test.for([
    ["TC0235_bitsallocated_US_as_SS.dcm", "no-syntax"],
    ["TC0643_meta_ALL_vr_5a5a.dcm", "no-syntax"],
  ] as const)("%s is refused as %s", async ([name, code]) => {
    await expect(readFile(await load(`dicom-malformed/${name}`))).rejects.toMatchObject({ code });
  });

  test.for([
    ["TC0331_pi_invalid.dcm", "bad-picture"],
    ["TC0715_encap_frag_len_zero.dcm", "no-frames"],
    ["TC0883_missing_all_required.dcm", "bad-picture"],
    ["TC0979_px_512sq_0b.dcm", "no-frames"],
  ] as const)("%s has no picture: %s", async ([name, code]) => {
    expect((await readFile(await load(`dicom-malformed/${name}`))).noPicture?.code).toBe(code);
  });

  test("a value of a megabyte is cut, not shown", async () => {
    const reading = await readFile(await load("dicom-malformed/TC0187_sopinstanceuid_over_1MB.dcm"));
    expect(Math.max(...reading.elements.map(({ value }) => value.length))).toBeLessThan(1000);
  });
});

async function load(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return (await loadSample(name))!;
}

/** The same file in the deflated syntax: its meta header keeps its length by a shorter filler. */
async function deflated(file: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const metaEnd = 144 + new DataView(file.buffer).getUint32(140, true);
  const meta = file.slice(0, metaEnd);
  const old = new TextEncoder().encode("1.2.840.10008.1.2.1\0");
  const place = meta.findIndex((_, at) => old.every((byte, index) => meta[at + index] === byte));
  const syntax = [...new TextEncoder().encode("1.2.840.10008.1.2.1.99")];
  const head = [...meta.subarray(0, place), ...syntax, ...meta.subarray(place + old.length)];
  head[place - 2] = syntax.length;
  head[140]! += syntax.length - old.length;
  const stream = new Blob([file.subarray(metaEnd)])
    .stream()
    .pipeThrough(new CompressionStream("deflate-raw"));
  const content = new Uint8Array(await new Response(stream).arrayBuffer());
  return Uint8Array.from([...head, ...content]);
}
