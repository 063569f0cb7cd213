import type {
  AtRisk,
  ErasureReport,
  Finding,
  FindingKind,
  RepairReport,
  RiskReason,
  VerifyReport,
} from "@chirograph/vault";
import * as z from "../zod.ts";
import { count, id } from "./values.ts";

const kinds: Readonly<Record<FindingKind, true>> = {
  "fragment missing": true,
  "fragment damaged": true,
  "fragment unlisted": true,
  "fragment unreachable": true,
  "fragment not moved": true,
  "envelope damaged": true,
  "statement missing": true,
  "statement damaged": true,
  "statement unknown": true,
  "statement owed": true,
  "envelopes on too few stores": true,
  "header missing": true,
  "header damaged": true,
  "store unreachable": true,
  "left to delete": true,
};
const reasons: Readonly<Record<RiskReason, true>> = {
  policy: true,
  store: true,
  catalogue: true,
  fragments: true,
  "others missing": true,
};

const findingFields = {
  kind: z.enum(Object.keys(kinds) as FindingKind[]),
  store: id.exactOptional(),
  object: z.string().max(128).exactOptional(),
  version: id.exactOptional(),
  record: id.exactOptional(),
  chart: id.exactOptional(),
  index: count.exactOptional(),
  batch: id.exactOptional(),
};
const finding: z.ZodType<Finding> = z.strictObject(findingFields);
const atRisk: z.ZodType<AtRisk> = z.strictObject({
  ...findingFields,
  reason: z.enum(Object.keys(reasons) as RiskReason[]),
});

export const verifyReport: z.ZodType<VerifyReport> = z.strictObject({
  checkedVersions: count,
  checkedStatements: count,
  checkedBytes: count,
  repairable: z.array(finding),
  lost: z.array(finding),
  leftToDelete: z.array(finding),
  unreachable: z.array(id),
});

export const erasureReport: z.ZodType<ErasureReport> = z.strictObject({
  erased: z.array(id),
  unfinished: z.array(id),
  stores: z.array(z.strictObject({ store: id, deleted: count, rewritten: count, unreachable: count })),
});

export const repairReport: z.ZodType<RepairReport> = z.strictObject({
  checkedVersions: count,
  checkedBytes: count,
  writtenFragments: count,
  writtenStatements: count,
  writtenHeaders: z.array(id),
  sweptObjects: count,
  erasures: erasureReport,
  atRisk: z.array(atRisk),
  lost: z.array(finding),
  unreachable: z.array(id),
});
