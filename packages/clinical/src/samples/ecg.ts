import { littleEndian } from "./bytes.ts";
import { binary, type Element, number, sequence, text, writeDicom } from "./dicom.ts";
import { dicomName, type Person } from "./people.ts";
import { newUid, type RandomBytes } from "./random.ts";

const TWELVE_LEAD_STORAGE = "1.2.840.10008.5.1.4.1.1.9.1.1";
const SAMPLES_PER_SECOND = 500;
const SECONDS = 10;
/** What one step of a sample is worth. */
const STEP_MICROVOLT = 2.5;

/** A wave of the heart's cycle: when it comes, in seconds about the R wave, how wide it is, and its name below. */
interface Wave {
  readonly at: number;
  readonly width: number;
}

const waves = {
  p: { at: -0.17, width: 0.022 },
  q: { at: -0.03, width: 0.009 },
  r: { at: 0, width: 0.012 },
  s: { at: 0.032, width: 0.011 },
  t: { at: 0.29, width: 0.05 },
} satisfies Record<string, Wave>;

/** What a lead sees of each wave, in millivolts, and its code in MDC (ISO/IEEE 11073-10101). */
interface Lead {
  readonly name: string;
  readonly code: string;
  readonly sees: Readonly<Record<keyof typeof waves, number>>;
}

const measured: readonly Lead[] = [
  { name: "Lead I", code: "2:1", sees: { p: 0.1, q: -0.05, r: 0.75, s: -0.12, t: 0.22 } },
  { name: "Lead II", code: "2:2", sees: { p: 0.16, q: -0.07, r: 1.15, s: -0.18, t: 0.32 } },
  { name: "Lead V1", code: "2:3", sees: { p: 0.06, q: 0, r: 0.2, s: -0.95, t: -0.08 } },
  { name: "Lead V2", code: "2:4", sees: { p: 0.07, q: 0, r: 0.42, s: -1.3, t: 0.35 } },
  { name: "Lead V3", code: "2:5", sees: { p: 0.08, q: -0.02, r: 0.8, s: -0.85, t: 0.42 } },
  { name: "Lead V4", code: "2:6", sees: { p: 0.09, q: -0.06, r: 1.4, s: -0.45, t: 0.42 } },
  { name: "Lead V5", code: "2:7", sees: { p: 0.09, q: -0.08, r: 1.25, s: -0.22, t: 0.34 } },
  { name: "Lead V6", code: "2:8", sees: { p: 0.08, q: -0.08, r: 0.95, s: -0.1, t: 0.26 } },
];

export interface EcgPlan {
  readonly person: Person;
  /** YYYYMMDD. */
  readonly date: string;
  readonly beatsPerMinute: number;
  readonly randomBytes: RandomBytes;
}

/** Ten seconds of a heart that never beat, in twelve leads, as 12-lead ECG Waveform Storage. */
export function writeEcg(plan: EcgPlan): Uint8Array<ArrayBuffer> {
  const { person, date, randomBytes } = plan;
  const instance = newUid(randomBytes);
  const leads = twelve(measured);
  const dataset = [
    text(0x0008_0005, "CS", "ISO_IR 192"),
    text(0x0008_0016, "UI", TWELVE_LEAD_STORAGE),
    text(0x0008_0018, "UI", instance),
    text(0x0008_0020, "DA", date),
    text(0x0008_0023, "DA", date),
    text(0x0008_002a, "DT", `${date}093000`),
    text(0x0008_0030, "TM", "093000"),
    text(0x0008_0033, "TM", "093000"),
    text(0x0008_0050, "SH", "A0002"),
    text(0x0008_0060, "CS", "ECG"),
    text(0x0008_0070, "LO", "Chirograph samples"),
    text(0x0008_0090, "PN", "Nobody^Ann"),
    text(0x0008_1030, "LO", "Resting ECG, made up"),
    text(0x0010_0010, "PN", dicomName(person)),
    text(0x0010_0020, "LO", person.id),
    text(0x0010_0030, "DA", person.birthDate),
    text(0x0010_0040, "CS", person.sex),
    text(0x0020_000d, "UI", newUid(randomBytes)),
    text(0x0020_000e, "UI", newUid(randomBytes)),
    text(0x0020_0010, "SH", "1"),
    text(0x0020_0011, "IS", "1"),
    text(0x0020_0013, "IS", "1"),
    sequence(0x5400_0100, [
      [
        text(0x003a_0004, "CS", "ORIGINAL"),
        number(0x003a_0005, "US", leads.length),
        number(0x003a_0010, "UL", SAMPLES_PER_SECOND * SECONDS),
        text(0x003a_001a, "DS", String(SAMPLES_PER_SECOND)),
        sequence(0x003a_0200, leads.map(channel)),
        number(0x5400_1004, "US", 16),
        text(0x5400_1006, "CS", "SS"),
        binary(0x5400_1010, "OW", littleEndian(record(leads, plan))),
      ],
    ]),
  ];
  return writeDicom({ sopClass: TWELVE_LEAD_STORAGE, instance, dataset });
}

/** III, aVR, aVL and aVF follow from I and II, as Einthoven and Goldberger found. */
function twelve(leads: readonly Lead[]): Lead[] {
  const [first, second, ...chest] = leads as readonly [Lead, Lead, ...Lead[]];
  const derive = (name: string, code: string, ofFirst: number, ofSecond: number): Lead => {
    const sees = { ...first.sees };
    for (const wave of Object.keys(sees) as (keyof typeof waves)[]) {
      sees[wave] = ofFirst * first.sees[wave] + ofSecond * second.sees[wave];
    }
    return { name, code, sees };
  };
  return [
    first,
    second,
    derive("Lead III", "2:61", -1, 1),
    derive("Lead aVR", "2:62", -0.5, -0.5),
    derive("Lead aVL", "2:63", 1, -0.5),
    derive("Lead aVF", "2:64", -0.5, 1),
    ...chest,
  ];
}

function channel({ name, code }: Lead): Element[] {
  return [
    sequence(0x003a_0208, [codeItem(code, "MDC", name)]),
    text(0x003a_0210, "DS", String(STEP_MICROVOLT)),
    sequence(0x003a_0211, [codeItem("uV", "UCUM", "microvolt")]),
    text(0x003a_0212, "DS", "1"),
    text(0x003a_0213, "DS", "0"),
    text(0x003a_0215, "DS", "0"),
    number(0x003a_021a, "US", 16),
  ];
}

function codeItem(value: string, scheme: string, meaning: string): Element[] {
  return [text(0x0008_0100, "SH", value), text(0x0008_0102, "SH", scheme), text(0x0008_0104, "LO", meaning)];
}

/** Samples of all leads, one moment after the other. */
function record(leads: readonly Lead[], { beatsPerMinute, randomBytes }: EcgPlan): Int16Array {
  const beats = beatTimes(60 / beatsPerMinute, randomBytes);
  const samples = new Int16Array(leads.length * SAMPLES_PER_SECOND * SECONDS);
  for (let moment = 0; moment < SAMPLES_PER_SECOND * SECONDS; moment++) {
    const time = moment / SAMPLES_PER_SECOND;
    const breath = 0.03 * Math.sin(2 * Math.PI * 0.25 * time);
    leads.forEach(({ sees }, index) => {
      const millivolt = breath + beats.reduce((sum, beat) => sum + beatAt(sees, time - beat), 0);
      samples[moment * leads.length + index] = Math.round((millivolt * 1000) / STEP_MICROVOLT);
    });
  }
  return samples;
}

/** No heart is a clock: each beat comes a little early or late. */
function beatTimes(intervalSeconds: number, randomBytes: RandomBytes): number[] {
  const count = Math.ceil(SECONDS / intervalSeconds);
  return Array.from(
    randomBytes(count),
    (byte, index) => (index + 0.5 + (byte / 255 - 0.5) * 0.08) * intervalSeconds,
  );
}

function beatAt(sees: Lead["sees"], time: number): number {
  if (Math.abs(time) > 1) return 0;
  let sum = 0;
  for (const [name, { at, width }] of Object.entries(waves)) {
    sum += sees[name as keyof typeof waves] * Math.exp(-(((time - at) / width) ** 2) / 2);
  }
  return sum;
}
