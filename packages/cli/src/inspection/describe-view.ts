import { contentBytes, fingerprint, suiteNumbered, toHex } from "@chirograph/core";
import type { Outcome } from "../commands/command.ts";
import { showName } from "../terminal/name.ts";
import { count, showBytes, showTime } from "../terminal/quantity.ts";
import type { MarkedFragment, View } from "./view.ts";

/** The view of a stranger or a reader, as lines and as a document. */
export function describeView(view: View): Outcome {
  return {
    lines: [
      ...statement(view),
      "",
      ...inOrder(view.fragments).flatMap(fragmentLines),
      ...foreignLines(view.foreign),
      "",
      ...describeInner(view),
      "",
      toHex(view.envelope.record),
    ],
    document: documentOf(view),
  };
}

function statement({ envelope, author, readers, fragments }: View): string[] {
  const { chart, record, version, suite, epoch, total, needed, recordBytes } = envelope;
  const sound = fragments.filter(({ state }) => state === "sound").length;
  const spare = needed === total ? "all are needed" : `any ${needed} open it`;
  const [first = "", ...others] = readers.map(({ member }) => fingerprint(member));
  const size =
    envelope.profile === "locked" ? [row("fragment", showBytes(envelope.geometry.fragmentBytes))] : [];
  return [
    row("chart", toHex(chart)),
    row("record", toHex(record)),
    row("version", toHex(version)),
    row("suite", `${suiteNumbered(suite).name}${epoch === 0 ? "" : `, epoch ${epoch}`}`),
    row("cut", `${count(total, "fragment")}, ${spare}; ${sound} sound here`),
    row(
      "sealed size",
      `${showBytes(recordBytes)}${envelope.profile === "locked" ? ", padding included" : ""}`,
    ),
    ...size,
    row("author", author === undefined ? "a key that was used once" : fingerprint(author.member)),
    row("readers", first),
    ...others.map((reader) => row("", reader)),
  ];
}

/** In the order of their places, as far as they are known. */
function inOrder(fragments: readonly MarkedFragment[]): MarkedFragment[] {
  const place = ({ number, reads }: MarkedFragment): number => number ?? reads?.place ?? fragments.length + 1;
  return fragments.toSorted((left, right) => place(left) - place(right));
}

function fragmentLines({
  number,
  name,
  state,
  soundFiles,
  damagedFiles,
  marks,
  reads,
}: MarkedFragment): string[] {
  const files = [...soundFiles, ...damagedFiles];
  const others = files.filter((file) => file !== name).map(showName);
  const called = others.length === 0 ? "" : `  as ${others.join(", ")}`;
  const place = number ?? reads?.place;
  const ends = marks === undefined ? "" : `  ${marks.head} ${marks.tail}`;
  const meaning = reads === undefined ? "" : `  ${reads.place} → ${reads.next}`;
  return [`${String(place ?? "?").padStart(3)}  ${state.padEnd(8)} ${name}${ends}${meaning}${called}`];
}

function foreignLines(foreign: readonly string[]): string[] {
  return foreign.map((name) => `     foreign  ${showName(name)}`);
}

function describeInner({ description, envelope }: View): string[] {
  if (description !== undefined) {
    const { card, inside } = description;
    return [
      row("kind", showName(card.kind)),
      row("sealed at", showTime(card.time)),
      row("content", `${count(inside.entries.length, "name")}, ${showBytes(contentBytes(inside.entries))}`),
      ...inside.entries.map(({ path, bytes }) => row("", `${showName(path)}  ${showBytes(bytes)}`)),
      ...[...inside.metadata].map(([key, value]) => row(showName(key), showName(value))),
    ];
  }
  if (envelope.profile === "classic") {
    return ["The classic profile: whoever holds these files reads its word off their ends."];
  }
  return ["That is what everybody sees who holds these files. The marks mean nothing without the word."];
}

function row(name: string, value: string): string {
  return `${name.padEnd(12)} ${value}`.trimEnd();
}

function documentOf({ envelope, author, readers, fragments, foreign, description }: View): object {
  const { chart, record, version, parent, profile, suite, epoch, total, needed, recordBytes } = envelope;
  return {
    chart: toHex(chart),
    record: toHex(record),
    version: toHex(version),
    parent: toHex(parent),
    profile,
    suite: suiteNumbered(suite).name,
    epoch,
    total,
    needed,
    recordBytes,
    fragmentBytes: envelope.profile === "locked" ? envelope.geometry.fragmentBytes : null,
    author: author === undefined ? null : fingerprint(author.member),
    readers: readers.map(({ member }) => fingerprint(member)),
    fragments,
    foreign,
    ...(description !== undefined && {
      kind: description.card.kind,
      sealedAt: showTime(description.card.time),
      shape: description.inside.shape,
      entries: description.inside.entries,
      metadata: Object.fromEntries(description.inside.metadata),
    }),
  };
}
