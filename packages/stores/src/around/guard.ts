import type { Store } from "../store.ts";
import type { RetryOptions } from "./attempts.ts";
import { Circuit, type CircuitOptions, type StoreHealth } from "./circuit.ts";
import type { Clock } from "./clock.ts";
import { type LimitOptions, withLimit } from "./limit.ts";
import { Meter, type MeterReading, withMeter } from "./meter.ts";
import { withRetry } from "./retry.ts";
import { withTimeOut } from "./time-out.ts";
import type { TimeOutOptions } from "./watch.ts";
import { withCircuit, withGate } from "./with-circuit.ts";

export interface GuardOptions extends Partial<Clock> {
  readonly retry?: Omit<RetryOptions, keyof Clock>;
  readonly circuit?: Omit<CircuitOptions, keyof Clock>;
  readonly limit?: Omit<LimitOptions, keyof Clock>;
  readonly timeOut?: Omit<TimeOutOptions, keyof Clock>;
}

export interface GuardedStore {
  readonly store: Store;
  meter(): MeterReading;
  health(): StoreHealth;
}

/**
 * A store with all that goes around one. Seen from the caller:
 * - retry first, so that each attempt is limited, timed and counted anew, and waits between attempts hold no slot;
 * - the circuit's gate before the queue, so that nobody queues up for a store that is known to be dead;
 * - the limit, so that its queue lies outside of all that measures the store;
 * - the circuit itself behind the queue: what waited there when it opened goes no further, and the one probe is a
 *   request that truly goes out;
 * - the meter around the time-out, so that it counts what goes over the line, and sees a request that never ends fail;
 * - the time-out next to the store, so that it times the store and nothing else, and circuit and retry see it as the
 *   failure that it is.
 */
export function guardStore(store: Store, options: GuardOptions = {}): GuardedStore {
  const { retry, circuit: circuitOptions, limit, timeOut, ...clock } = options;
  const circuit = new Circuit({ ...circuitOptions, ...clock });
  const meter = new Meter(clock);
  const timed = withTimeOut(store, { ...timeOut, ...clock });
  const metered = withMeter(timed, meter);
  const guarded = withGate(withLimit(withCircuit(metered, circuit), { ...limit, ...clock }), circuit);
  return {
    store: withRetry(guarded, { ...retry, ...clock }),
    meter: () => meter.read(),
    health: () => circuit.health(),
  };
}
