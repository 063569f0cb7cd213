export { isPlainName, showName } from "./name.ts";
export { createFile, replaceFile } from "./small-file.ts";
export { OPEN_FOLDER, PRIVATE_FILE, PRIVATE_FOLDER, writeFile, writeFolder } from "./staging.ts";
export { syncFolder } from "./sync.ts";
export { systemCode } from "./system-code.ts";
export { requireAbsent, requireFreeFolder } from "./target.ts";
export { Unfinished } from "./unfinished.ts";
export { reasonOf } from "./unreadable.ts";
