/** Drafts that could not be removed when their put failed: tried again when a later one has reached the store. */
export class LeftDrafts {
  readonly #left = new Set<string>();
  readonly #remove: (draft: string) => Promise<void>;

  /** @param remove a draft that is gone is no error */
  constructor(remove: (draft: string) => Promise<void>) {
    this.#remove = remove;
  }

  async discard(draft: string): Promise<void> {
    this.#left.add(draft);
    await this.#tryOne(draft);
  }

  /** Ends at the first that cannot be removed either. */
  async discardLeft(): Promise<void> {
    for (const draft of this.#left) if (!(await this.#tryOne(draft))) return;
  }

  async #tryOne(draft: string): Promise<boolean> {
    const removed = await this.#remove(draft).then(
      () => true,
      () => false,
    );
    if (removed) this.#left.delete(draft);
    return removed;
  }
}
