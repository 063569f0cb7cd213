import { createMemoryRows } from "../src/memory/memory-rows.ts";
import { rowsContract } from "./rows-contract.ts";

rowsContract("memory", async () => createMemoryRows());
