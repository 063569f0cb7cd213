// Records of people who do not exist, made by code: for a first look, for tours and for tests.
export { type CtStudyPlan, writeCtStudy } from "./ct.ts";
export { type EcgPlan, writeEcg } from "./ecg.ts";
export { writeLetter } from "./letter.ts";
export { drawSlice, PHANTOM_SIZE } from "./phantom.ts";
export { type Person, samplePeople } from "./people.ts";
export type { RandomBytes } from "./random.ts";
export { type ReportPlan, writeReport } from "./report.ts";
export { writeVariants } from "./variants.ts";
export { drawChest, type GreyPicture } from "./chest.ts";
export { encodeGreyPng } from "./png.ts";
