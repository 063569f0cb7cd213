import { isPreset, type PresetName } from "@chirograph/vault";
import { Failure } from "../../failure.ts";
import { TextInput } from "../../inputs/text-input.ts";

/** What `--policy` names: at most one preset and at most one file. A file that is called like a preset is `./hybrid`. */
export async function findPolicy(
  values: readonly string[] = [],
): Promise<{ preset: PresetName | undefined; file: TextInput | undefined }> {
  const named = values.filter(isPreset);
  const paths = values.filter((value) => !isPreset(value));
  if (named.length > 1 || paths.length > 1) {
    throw new Failure("usage", "--policy takes one preset, one file, or one of each.", {
      hint: "A file may hold the rules of several presets.",
    });
  }
  const [path] = paths;
  return { preset: named[0], file: path === undefined ? undefined : await TextInput.read(path) };
}
