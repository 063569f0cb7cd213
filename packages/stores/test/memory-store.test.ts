import { createMemoryStore } from "../src/memory/memory-store.ts";
import { storeContract } from "./contract.ts";

storeContract("the memory store", async () => ({ store: createMemoryStore() }));
