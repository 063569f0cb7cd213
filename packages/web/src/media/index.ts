export { mediaUrl, registerMedia, revoke } from "./media.ts";
