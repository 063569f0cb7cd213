import type { Engine } from "@chirograph/engine/interface";
import { Reader } from "../encoding/reader.ts";
import { Writer } from "../encoding/writer.ts";
import { ChirographError } from "../error.ts";
import { padme } from "../envelope/padding.ts";
import {
  MEMBER_ID_BYTES,
  parseRecipient,
  type Recipient,
  RECIPIENT_BYTES,
  SIGNING_PUBLIC_BYTES,
} from "../identity/recipient.ts";
import { ID_BYTES } from "../ids.ts";
import { boxSize } from "../layer1/box.ts";
import { type Change, type EscrowOfficer, RIGHT_MANAGE, RIGHT_WRITE, type Wrap } from "./change.ts";
import { LOCK_BYTES } from "./lock.ts";

const CHECK_BYTES = 32;
const ENCAPSULATED_BYTES = 1120;
const HPKE_TAG_BYTES = 16;
/** chartKey ‖ guardKey. */
const EPOCH_WRAP_BYTES: number = 64 + HPKE_TAG_BYTES;
/** classicKey ‖ readerSecret. */
const CLASSIC_WRAP_BYTES: number = 48 + HPKE_TAG_BYTES;
const MOST_WRAPS = 4096;
/** chartSecret ‖ u8 n. */
const STANDING_WRAP_BYTES: number = 33 + HPKE_TAG_BYTES;
/** One share: x ‖ y. */
const SHARE_WRAP_BYTES: number = 33 + HPKE_TAG_BYTES;
/** chartKey ‖ guardKey ‖ chartSecret ‖ u8 n. */
const ESCROW_BOX_BYTES: number = boxSize(97);
export const FEWEST_OFFICERS = 2;
export const MOST_OFFICERS = 32;
export const LONGEST_LABEL_BYTES = 1024;
export const LABEL_FLOOR_BYTES = 256;

/** A type of change: its number, the right its signer needs, and its bytes in both directions. */
interface ChangeFormat<C extends Change> {
  readonly number: number;
  readonly right: number;
  write(writer: Writer, change: C): Writer;
  /** @param what names the link in errors */
  read(reader: Reader, engine: Engine, what: string): C | Promise<C>;
}

const formats: { readonly [Type in Change["type"]]: ChangeFormat<Extract<Change, { type: Type }>> } = {
  genesis: {
    number: 1,
    right: RIGHT_MANAGE,
    write: (writer, { owner, registrar }) => {
      writer.fixed(owner, SIGNING_PUBLIC_BYTES).u8(registrar === undefined ? 0 : 1);
      return registrar === undefined ? writer : writer.fixed(registrar, SIGNING_PUBLIC_BYTES);
    },
    read: (reader) => {
      const owner = reader.fixed(SIGNING_PUBLIC_BYTES);
      const present = reader.u8();
      if (present > 1) reader.fail("is unclear about its registrar");
      return {
        type: "genesis",
        owner,
        registrar: present === 1 ? reader.fixed(SIGNING_PUBLIC_BYTES) : undefined,
      };
    },
  },
  member: {
    number: 2,
    right: RIGHT_MANAGE,
    write: (writer, { recipient, rights }) => writer.fixed(recipient.bytes, RECIPIENT_BYTES).u8(rights),
    read: async (reader, engine, what) => ({
      type: "member",
      recipient: await readRecipient(reader, engine, what),
      rights: reader.u8(),
    }),
  },
  remove: {
    number: 3,
    right: RIGHT_MANAGE,
    write: (writer, { member }) => writer.fixed(member, MEMBER_ID_BYTES),
    read: (reader) => ({ type: "remove", member: reader.fixed(MEMBER_ID_BYTES) }),
  },
  epoch: {
    number: 4,
    right: RIGHT_WRITE,
    write: (writer, change) =>
      writeWraps(
        writer
          .u32(change.number)
          .fixed(change.chartKeyCheck, CHECK_BYTES)
          .fixed(change.guardKeyCheck, CHECK_BYTES)
          .fixed(change.chartSecretCheck, CHECK_BYTES)
          .fixed(change.lock, LOCK_BYTES),
        change.wraps,
        EPOCH_WRAP_BYTES,
      ),
    read: (reader, _, what) => ({
      type: "epoch",
      number: reader.u32(),
      chartKeyCheck: reader.fixed(CHECK_BYTES),
      guardKeyCheck: reader.fixed(CHECK_BYTES),
      chartSecretCheck: reader.fixed(CHECK_BYTES),
      lock: reader.fixed(LOCK_BYTES),
      wraps: readWraps(reader, EPOCH_WRAP_BYTES, what),
    }),
  },
  wrap: {
    number: 5,
    right: RIGHT_MANAGE,
    write: (writer, { epoch, wrap }) => writeWrap(writer.u32(epoch), wrap, EPOCH_WRAP_BYTES),
    read: (reader) => ({ type: "wrap", epoch: reader.u32(), wrap: readWrap(reader, EPOCH_WRAP_BYTES) }),
  },
  word: {
    number: 6,
    right: RIGHT_MANAGE,
    write: (writer, { epoch, lock }) => writer.u32(epoch).fixed(lock, LOCK_BYTES),
    read: (reader) => ({ type: "word", epoch: reader.u32(), lock: reader.fixed(LOCK_BYTES) }),
  },
  version: {
    number: 7,
    right: RIGHT_WRITE,
    write: (writer, change) =>
      writer
        .fixed(change.record, ID_BYTES)
        .fixed(change.version, ID_BYTES)
        .fixed(change.parent, ID_BYTES)
        .u32(change.epoch)
        .u16(change.suite)
        .u8(change.total)
        .u8(change.needed)
        .fixed(change.envelopeHash, CHECK_BYTES),
    read: (reader) => ({
      type: "version",
      record: reader.fixed(ID_BYTES),
      version: reader.fixed(ID_BYTES),
      parent: reader.fixed(ID_BYTES),
      epoch: reader.u32(),
      suite: reader.u16(),
      total: reader.u8(),
      needed: reader.u8(),
      envelopeHash: reader.fixed(CHECK_BYTES),
    }),
  },
  tombstone: {
    number: 8,
    right: RIGHT_MANAGE,
    write: (writer, { record, version }) => writer.fixed(record, ID_BYTES).fixed(version, ID_BYTES),
    read: (reader) => ({
      type: "tombstone",
      record: reader.fixed(ID_BYTES),
      version: reader.fixed(ID_BYTES),
    }),
  },
  grant: {
    number: 9,
    right: RIGHT_MANAGE,
    write: (writer, change) => {
      writer.fixed(change.recipient.bytes, RECIPIENT_BYTES).fixed(change.record, ID_BYTES).u32(change.epoch);
      writer.u16(change.versions.length);
      for (const version of change.versions) writer.fixed(version, ID_BYTES);
      return writer.fixed(change.encapsulated, ENCAPSULATED_BYTES).bytes32(change.ciphertext);
    },
    read: async (reader, engine, what) => ({
      type: "grant",
      recipient: await readRecipient(reader, engine, what),
      record: reader.fixed(ID_BYTES),
      epoch: reader.u32(),
      versions: readVersions(reader),
      encapsulated: reader.fixed(ENCAPSULATED_BYTES),
      ciphertext: reader.bytes32(),
    }),
  },
  withdraw: {
    number: 10,
    right: RIGHT_MANAGE,
    write: (writer, { record, member }) => writer.fixed(record, ID_BYTES).fixed(member, MEMBER_ID_BYTES),
    read: (reader) => ({
      type: "withdraw",
      record: reader.fixed(ID_BYTES),
      member: reader.fixed(MEMBER_ID_BYTES),
    }),
  },
  "classic-key": {
    number: 11,
    right: RIGHT_WRITE,
    write: (writer, { record, version, keyCheck, wraps }) =>
      writeWraps(
        writer.fixed(record, ID_BYTES).fixed(version, ID_BYTES).fixed(keyCheck, CHECK_BYTES),
        wraps,
        CLASSIC_WRAP_BYTES,
      ),
    read: (reader, _, what) => ({
      type: "classic-key",
      record: reader.fixed(ID_BYTES),
      version: reader.fixed(ID_BYTES),
      keyCheck: reader.fixed(CHECK_BYTES),
      wraps: readWraps(reader, CLASSIC_WRAP_BYTES, what),
    }),
  },
  standing: {
    number: 12,
    // A writer may renew what a manager allowed (docs/format.md, section 10).
    right: RIGHT_MANAGE | RIGHT_WRITE,
    write: (writer, change) =>
      writer
        .fixed(change.member, MEMBER_ID_BYTES)
        .u32(change.epoch)
        .u64(change.until)
        .fixed(change.encapsulated, ENCAPSULATED_BYTES)
        .fixed(change.ciphertext, STANDING_WRAP_BYTES),
    read: (reader) => ({
      type: "standing",
      member: reader.fixed(MEMBER_ID_BYTES),
      epoch: reader.u32(),
      until: reader.u64(),
      encapsulated: reader.fixed(ENCAPSULATED_BYTES),
      ciphertext: reader.fixed(STANDING_WRAP_BYTES),
    }),
  },
  "standing-end": {
    number: 13,
    right: RIGHT_MANAGE,
    write: (writer, { member }) => writer.fixed(member, MEMBER_ID_BYTES),
    read: (reader) => ({ type: "standing-end", member: reader.fixed(MEMBER_ID_BYTES) }),
  },
  escrow: {
    number: 14,
    right: RIGHT_MANAGE | RIGHT_WRITE,
    write: (writer, { epoch, threshold, officers, box }) => {
      writer.u32(epoch).u8(threshold).u8(officers.length);
      for (const { recipient, shareCheck, encapsulated, ciphertext } of officers)
        writer
          .fixed(recipient.bytes, RECIPIENT_BYTES)
          .fixed(shareCheck, CHECK_BYTES)
          .fixed(encapsulated, ENCAPSULATED_BYTES)
          .fixed(ciphertext, SHARE_WRAP_BYTES);
      return writer.fixed(box, ESCROW_BOX_BYTES);
    },
    read: async (reader, engine, what) => {
      const epoch = reader.u32();
      const threshold = reader.u8();
      const officers = await readOfficers(reader, engine, what);
      if (threshold < FEWEST_OFFICERS || threshold > officers.length) {
        throw new ChirographError(
          "out-of-limits",
          `The ${what} is refused: ${threshold} of ${officers.length} officers cannot be needed.`,
        );
      }
      return { type: "escrow", epoch, threshold, officers, box: reader.fixed(ESCROW_BOX_BYTES) };
    },
  },
  label: {
    number: 15,
    right: RIGHT_MANAGE,
    write: (writer, { epoch, box }) => writer.u32(epoch).bytes32(box),
    read: (reader, _, what) => {
      const epoch = reader.u32();
      const lengthBytes = reader.u32();
      if (lengthBytes < boxSize(LABEL_FLOOR_BYTES) || lengthBytes > boxSize(padme(4 + LONGEST_LABEL_BYTES))) {
        throw new ChirographError(
          "out-of-limits",
          `The ${what} is refused: it has a label of ${lengthBytes} bytes.`,
        );
      }
      return { type: "label", epoch, box: reader.fixed(lengthBytes) };
    },
  },
};

/** The right that the signer of a change needs, or any one of several; the rules then say which. */
export function rightFor(change: Change): number {
  return formats[change.type].right;
}

export function writeChange(writer: Writer, change: Change): Writer {
  // The row belongs to the change's own type; TypeScript cannot follow that through the table.
  const format = formats[change.type] as ChangeFormat<Change>;
  return writer.u8(format.number).bytes32(format.write(new Writer(), change).finish());
}

export async function readChange(engine: Engine, reader: Reader, what: string): Promise<Change> {
  const number = reader.u8();
  const format = (Object.values(formats) as ChangeFormat<Change>[]).find((row) => row.number === number);
  if (format === undefined) {
    throw new ChirographError(
      "unsupported",
      `The ${what} has a change of type ${number}, which is not known here.`,
    );
  }
  const body = new Reader(reader.bytes32(), what);
  const change = await format.read(body, engine, what);
  body.end();
  return change;
}

function writeWraps(writer: Writer, wraps: readonly Wrap[], ciphertextBytes: number): Writer {
  writer.u16(wraps.length);
  for (const wrap of wraps) writeWrap(writer, wrap, ciphertextBytes);
  return writer;
}

function readWraps(reader: Reader, ciphertextBytes: number, what: string): Wrap[] {
  const count = reader.u16();
  if (count > MOST_WRAPS)
    throw new ChirographError("out-of-limits", `The ${what} is refused: more than ${MOST_WRAPS} readers.`);
  const wraps = Array.from({ length: count }, () => readWrap(reader, ciphertextBytes));
  reader.ascending(
    wraps.map(({ member }) => member),
    "readers",
  );
  return wraps;
}

function writeWrap(writer: Writer, wrap: Wrap, ciphertextBytes: number): Writer {
  return writer
    .fixed(wrap.member, MEMBER_ID_BYTES)
    .fixed(wrap.encapsulated, ENCAPSULATED_BYTES)
    .fixed(wrap.ciphertext, ciphertextBytes);
}

function readWrap(reader: Reader, ciphertextBytes: number): Wrap {
  return {
    member: reader.fixed(MEMBER_ID_BYTES),
    encapsulated: reader.fixed(ENCAPSULATED_BYTES),
    ciphertext: reader.fixed(ciphertextBytes),
  };
}

async function readOfficers(reader: Reader, engine: Engine, what: string): Promise<EscrowOfficer[]> {
  const officers: EscrowOfficer[] = [];
  const count = reader.u8();
  if (count > MOST_OFFICERS)
    throw new ChirographError(
      "out-of-limits",
      `The ${what} is refused: more than ${MOST_OFFICERS} officers.`,
    );
  while (officers.length < count) {
    officers.push({
      recipient: await readRecipient(reader, engine, what),
      shareCheck: reader.fixed(CHECK_BYTES),
      encapsulated: reader.fixed(ENCAPSULATED_BYTES),
      ciphertext: reader.fixed(SHARE_WRAP_BYTES),
    });
  }
  reader.ascending(
    officers.map(({ recipient }) => recipient.member),
    "officers",
  );
  return officers;
}

function readRecipient(reader: Reader, engine: Engine, what: string): Promise<Recipient> {
  return parseRecipient(engine, reader.fixed(RECIPIENT_BYTES), `recipient in the ${what}`);
}

function readVersions(reader: Reader): Uint8Array[] {
  const versions = Array.from({ length: reader.u16() }, () => reader.fixed(ID_BYTES));
  reader.ascending(versions, "versions");
  return versions;
}
