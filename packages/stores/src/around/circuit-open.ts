import { StoreError } from "../error.ts";

/** `unavailable`, known without asking: trying again before the circuit lets a probe through is of no use. */
export class CircuitOpen extends StoreError {
  constructor(options: ErrorOptions) {
    super("unavailable", "The store failed again and again and is left alone for a while.", options);
  }
}
