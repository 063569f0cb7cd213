import { expose } from "comlink";
import { createVaultWorker } from "./vault-worker.ts";

expose(createVaultWorker());
