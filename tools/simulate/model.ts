import type { Id } from "@chirograph/vault";
import { Violation } from "./violation.ts";

/** A version as it must be from now on. */
export interface ModelVersion {
  readonly version: Id;
  readonly record: Id;
  readonly token: string;
  readonly bytes: Uint8Array;
  /** `asked`: an erasure was begun and nobody knows whether it happened. */
  erased: "no" | "asked" | "yes";
  /** Whoever must not open it: was out of the chart for good when it was put. */
  readonly closedTo: Set<string>;
}

/** Something that somebody began to put. */
interface Try {
  readonly token: string;
  readonly bytes: Uint8Array;
  readonly record: Id | undefined;
  /** Who was out of the chart when it began. */
  readonly out: readonly string[];
}

/** `unknown`: a change of it was cut short. */
export type Access = "in" | "out" | "unknown";

/** The vault as it would be if nothing could fail: what was acknowledged, its bytes, who may read, what was erased. */
export class Model {
  readonly versions = new Map<Id, ModelVersion>();
  readonly access = new Map<string, Access>();
  /** Who may have been in the chart at any time: whoever was keeps what he read. */
  readonly wereIn = new Set<string>();
  readonly #tries = new Map<string, Try>();

  begin(token: string, put: { bytes: Uint8Array; record: Id | undefined }): void {
    this.#tries.set(token, { token, ...put, out: this.#outsiders() });
  }

  /** A version was acknowledged, or was seen in the chart: it stays. */
  settle(token: string, { record, version }: { record: Id; version: Id }): ModelVersion {
    const tried = this.#tries.get(token);
    if (tried === undefined) throw new Violation("unsigned", `Version ${version} holds what nobody put.`);
    if (tried.record !== undefined && tried.record !== record)
      throw new Violation("unsigned", `Version ${version} lies in another record than it was put in.`);
    const twin = [...this.versions.values()].find((one) => one.token === token && one.version !== version);
    if (twin !== undefined) throw new Violation("unsigned", `${token} was put once and is there twice.`);
    const known = this.versions.get(version);
    if (known !== undefined) return known;
    // Whoever comes and goes while something is put may have had its key.
    const closedTo = new Set(this.#outsiders().filter((name) => tried.out.includes(name)));
    const settled: ModelVersion = { version, record, token, bytes: tried.bytes, erased: "no", closedTo };
    this.versions.set(version, settled);
    return settled;
  }

  /** What must open. */
  living(): ModelVersion[] {
    return [...this.versions.values()].filter(({ erased }) => erased === "no");
  }

  livingRecords(): Id[] {
    return [...new Set(this.living().map(({ record }) => record))];
  }

  /** Asks for an erasure, of one version or of all that the record has or is being given. */
  askErasure(record: Id, version: Id | undefined): ModelVersion[] {
    const concerned = [...this.versions.values()].filter(
      (one) => one.record === record && (version === undefined || one.version === version),
    );
    for (const one of concerned) if (one.erased === "no") one.erased = "asked";
    return concerned;
  }

  beginSharing(name: string): void {
    this.access.set(name, "unknown");
    this.wereIn.add(name);
    for (const { closedTo } of this.versions.values()) closedTo.delete(name);
    for (const [token, tried] of this.#tries)
      this.#tries.set(token, { ...tried, out: tried.out.filter((one) => one !== name) });
  }

  #outsiders(): string[] {
    return [...this.access].flatMap(([name, access]) => (access === "out" ? [name] : []));
  }
}
