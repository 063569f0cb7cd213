import type { S3Place } from "./place.ts";

/** The keys of a store's objects in its bucket: the prefix, then the name. */
export class Keys {
  readonly bucket: string;
  readonly #prefix: string;

  constructor({ bucket, prefix = "" }: S3Place) {
    this.bucket = bucket;
    this.#prefix = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  }

  of(name: string): string {
    return this.#prefix + name;
  }

  /** What stands in a command. */
  at(name: string): { Bucket: string; Key: string } {
    return { Bucket: this.bucket, Key: this.of(name) };
  }

  /** The name in a key; "" when the key is not below the prefix. */
  nameOf(key: string): string {
    return key.startsWith(this.#prefix) ? key.slice(this.#prefix.length) : "";
  }
}
