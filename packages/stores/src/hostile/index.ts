export type { Behaviour, CallName, Calls, Circumstances } from "./behaviour.ts";
export { behaviours } from "./behaviours.ts";
export { type HostileOptions, hostileStore, type Scope } from "./hostile-store.ts";
