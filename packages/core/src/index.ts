/**
 * The core: charts, envelopes and fragments as pure functions over bytes. It knows secrets and no places: nothing
 * here reads a file, a clock or the network. Primitives come in through the engine.
 */
export { absentFrom, ChirographError, type ErrorCode, notForYou, TooFewFragments } from "./error.ts";
export { compareBytes, concatAll, equalBytes, fromHex, isZero, toHex, wipe } from "./encoding/bytes.ts";
export { labelled } from "./encoding/label.ts";
export { Reader } from "./encoding/reader.ts";
export { utf8 } from "./encoding/text.ts";
export { Writer } from "./encoding/writer.ts";
export { boxSize, openBox, sealBox } from "./layer1/box.ts";
export { quoted } from "./encoding/quote.ts";
export type { Argon2Cost } from "./argon2.ts";
export { HIGHEST_COST, LOWEST_COST } from "./argon2.ts";
export type { SuiteName } from "./suite.ts";
export { suiteNumbered } from "./suite.ts";

export {
  type BrokenRule,
  explainRule,
  judgeWord,
  LONGEST_WORD,
  SHORTEST_WORD,
  Word,
  type WordJudgement,
} from "./word/rules.ts";
export { GENERATED_LENGTH, generateWord } from "./word/generate.ts";
export { estimateStrength, generatedStrength, type WordStrength } from "./word/strength.ts";

export { createIdentity, createOneTimeSigner, type Identity, type Signer } from "./identity/identity.ts";
export {
  formatIdentityFile,
  formatProtectedIdentityFile,
  type IdentityFile,
  parseIdentityFile,
} from "./identity/file.ts";
export {
  formatProtectedKey,
  type KeyHalves,
  parseProtectedKey,
  type ProtectedKey,
} from "./identity/protected-key.ts";
export {
  fingerprint,
  formatRecipientLine,
  looksLikeRecipientLine,
  parseRecipient,
  parseRecipientLine,
  type Recipient,
} from "./identity/recipient.ts";

export {
  type Change,
  RIGHT_MANAGE,
  RIGHT_READ,
  RIGHT_WRITE,
  type TombstoneChange,
  type VersionChange,
} from "./chart/change.ts";
export { type ChartPlan, createChart, createWordlessChart } from "./chart/create.ts";
export { appendLink, type Chart, encodeChart, extendChart, parseChart } from "./chart/document.ts";
export { type Link, parseLink } from "./chart/link.ts";
export {
  beginEpoch,
  changeWord,
  eraseRecord,
  removeMember,
  rewrapReader,
  setMember,
  shareRecord,
  withdrawRecord,
} from "./chart/edit.ts";
export { openLabel, setLabel } from "./chart/chart-label.ts";
export { setEscrow } from "./chart/escrow.ts";
export { openByEscrow, readRelease, type Release, releaseShare } from "./chart/escrow-release.ts";
export { allowStanding, endStanding, unlockStanding } from "./chart/standing.ts";
export type { Step } from "./chart/step.ts";
export {
  type ChartState,
  currentEpoch,
  currentVersion,
  epochNumbered,
  type EscrowPlan,
  findVersion,
  type RecordState,
  type Version,
} from "./chart/state.ts";
export { requireWord, unlockChart, type UnlockedChart } from "./chart/unlock.ts";

export type { FragmentSource, Place } from "./cut/fragment.ts";
export type { Geometry } from "./cut/geometry.ts";
export { copyFragment } from "./cut/copy.ts";
export { type KnownFragment, rebuildFragment } from "./cut/rebuild.ts";
export {
  type ClassicEnvelope,
  type Envelope,
  type LockedEnvelope,
  parseEnvelope,
} from "./envelope/envelope.ts";
export type { Card } from "./envelope/card.ts";
export { contentBytes, type Inside } from "./envelope/inside.ts";
export { checkEntries, compareEntries, type Entry, type Shape } from "./envelope/path.ts";

export { admitEnvelope, requireAuthor } from "./record/admit.ts";
export { type RecordContent, wholeContent } from "./record/content.ts";
export {
  type Description,
  describeSealed,
  describeVersion,
  type ContentOptions,
  type OpenedContent,
  type OpenedVersion,
  openVersion,
} from "./record/open.ts";
export { type ReadMarks, readMarks } from "./record/marks.ts";
export { reparentVersion } from "./record/reparent.ts";
export type { FragmentSink, PlannedFragment } from "./record/body.ts";
export {
  type Author,
  type ChartPlace,
  chartPlace,
  parentOf,
  type VersionPlace,
  versionPlace,
} from "./record/place.ts";
export type { Lot, LotVersion, SealedLot } from "./record/lot.ts";
export { fragmentOf, type SealedSmall, sealSmall, signSmall } from "./record/small.ts";
export { type SealedVersion, sealVersion, versionChange, type VersionPlan } from "./record/seal.ts";

export { describeClassic, openClassic, orderByWord } from "./classic/open.ts";
export { type ClassicPlan, sealClassic, type SealedClassic } from "./classic/seal.ts";

export { type MarkedFile, orderBag, type OrderedBag } from "./folder/bag.ts";
export {
  encodeEnvelopeFile,
  ENVELOPE_FILE_NAME,
  parseEnvelopeFile,
  salvageChart,
  type SealedFolder,
} from "./folder/envelope-file.ts";
export { defaultTolerance, type FolderPlan, sealFolder, type SealedFolderResult } from "./folder/seal.ts";
export {
  type BlockReport,
  type CandidateFile,
  type Survey,
  type SurveyedPlace,
  surveyFragments,
  verifyBlocks,
} from "./folder/survey.ts";
