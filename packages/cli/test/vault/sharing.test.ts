import { beforeAll, describe, expect, test } from "vitest";
import { opening } from "../chirograph.ts";
import { VaultBench } from "./vault-bench.ts";

const bench = new VaultBench();
const asWard = "--identity ward.key --sequence-key-file word";
let chart: string;
let record: string;

beforeAll(async () => {
  await bench.found();
  chart = await bench.newChart();
  bench.write("scan", "a scan");
  bench.write("later", "a later one");
  [record] = (await bench.put("scan", chart)) as [string];
});

describe("a chart", () => {
  test("is shut to a stranger and to a wrong word, alike: 77", async () => {
    const stranger = await bench.run(`get ${record} -o out ${asWard}`);
    const guess = await bench.run(`get ${record} -o out --identity me.key --sequence-key-file other-word`);
    expect(stranger).toMatchObject({ code: 77, stdout: "" });
    expect(guess).toEqual(stranger);
    expect(bench.names()).not.toContain("out");
  });

  test("is shared and revoked: old versions stay open, new ones are shut, and the limit is told", async () => {
    await bench.succeed(`share --chart ${chart} --to ward.pub ${opening}`);
    await bench.succeed(`get ${record} -o shared ${asWard}`);
    expect(bench.read("shared").equals(bench.read("scan"))).toBe(true);

    const revoked = await bench.succeed(`revoke --chart ${chart} --to ward.pub ${opening}`);
    expect(revoked.stderr).toMatch(/stay open to whoever kept their secrets[^]*reseal/);
    const [later] = await bench.put("later", chart);
    expect((await bench.run(`get ${later} -o out ${asWard}`)).code).toBe(77);
    expect(bench.names()).not.toContain("out");
    await bench.succeed(`get ${later} -o mine ${opening}`);
  });

  test.each([
    ["revoke", "--to me.pub"],
    ["share", "--to me.pub --can write,manage"],
  ])("keeps somebody who reads and manages it: %s is refused, 65", async (command, change) => {
    const end = await bench.run(`${command} --chart ${chart} ${change} ${opening}`);
    expect(end).toMatchObject({ code: 65, stdout: "" });
    expect(end.stderr).toMatch(/nobody left[^]*--can read,write,manage/);
  });

  test("tells a reader who writes what to do: 65", async () => {
    await bench.succeed(`share --chart ${chart} --to ward.pub ${opening}`);
    const end = await bench.run(`put later --chart ${chart} ${asWard}`);
    await bench.succeed(`revoke --chart ${chart} --to ward.pub ${opening}`);
    expect(end).toMatchObject({ code: 65, stdout: "" });
    expect(end.stderr).toMatch(/hint: Nothing was changed/);
  });

  test("with the right to write, takes records of others", async () => {
    await bench.succeed(`share --chart ${chart} --to ward.pub --can read,write ${opening}`);
    const { stdout } = await bench.succeed(`put later --chart ${chart} ${asWard}`);
    const { stdout: history } = await bench.succeed(`history ${stdout.trim()} --json`);
    const { stdout: members } = await bench.succeed(`identity show ward.key --json`);
    const { versions } = JSON.parse(history) as { versions: { signer: string }[] };
    expect(versions[0]!.signer).toBe((JSON.parse(members) as { fingerprint: string }).fingerprint);
    await bench.succeed(`revoke --chart ${chart} --to ward.pub ${opening}`);
  });
});

// Each has a chart of its own.
describe.concurrent("apart from each other", () => {
  test("one record is shared alone, and taken back", async () => {
    const alone = await bench.newChart();
    const [first, second] = await bench.put("scan later", alone);
    await bench.succeed(`share --record ${second} --to ward.pub ${opening}`);
    await bench.succeed(`get ${second} -o one ${asWard}`);
    expect(bench.read("one").equals(bench.read("later"))).toBe(true);
    expect((await bench.run(`get ${first} -o out ${asWard}`)).code).toBe(77);
    const { stdout } = await bench.succeed(`list --chart ${alone} ${asWard}`);
    expect(stdout).toMatch(/later/);
    expect(stdout).not.toMatch(/ scan$/m);
    await bench.succeed(`revoke --record ${second} --to ward.pub ${opening}`);
    bench.write("newer", "newer");
    await bench.put("newer", alone, ` --record ${second}`);
    expect((await bench.run(`get ${second} -o out ${asWard}`)).code).toBe(77);
  });

  test("the word changes, for old records too", async () => {
    const mine = await bench.newChart();
    const [old] = await bench.put("scan", mine);
    const other = "--identity me.key --sequence-key-file other-word";
    await bench.succeed(`word change --chart ${mine} --new-sequence-key-file other-word ${opening}`);
    expect((await bench.run(`get ${old} -o out ${opening}`)).code).toBe(77);
    await bench.succeed(`get ${old} -o by-other-word ${other}`);
  });

  test("a standing unlock opens without the word, until it ends", async () => {
    const mine = await bench.newChart(" --to ward.pub");
    const [scan] = await bench.put("scan", mine);
    const standing = "--identity ward.key --standing";
    const shut = await bench.run(`get ${scan} -o out ${standing}`);
    expect(shut).toMatchObject({ code: 77, stdout: "" });
    expect(shut.stderr).toMatch(/No standing unlock/);
    await bench.succeed(`standing allow --chart ${mine} --to ward.pub --until 2100-01-01 ${opening}`);
    await bench.succeed(`get ${scan} -o without-word ${standing}`);
    expect(bench.read("without-word").equals(bench.read("scan"))).toBe(true);
    await bench.succeed(`standing end --chart ${mine} --to ward.pub ${opening}`);
    expect((await bench.run(`get ${scan} -o out ${standing}`)).code).toBe(77);
  });

  test("old versions are sealed again, and former readers lose them", async () => {
    const mine = await bench.newChart(" --to ward.pub");
    const [old] = await bench.put("scan", mine);
    await bench.succeed(`revoke --chart ${mine} --to ward.pub ${opening}`);
    await bench.succeed(`reseal --chart ${mine} ${opening}`);
    await bench.succeed(`get ${old} -o resealed ${opening}`);
    expect(bench.read("resealed").equals(bench.read("scan"))).toBe(true);
    expect((await bench.run(`get ${old} -o out ${asWard}`)).code).toBe(77);
  });

  test("officers open a chart together, and fewer of them do not", async () => {
    const names = ["first", "second", "third"].map((name) => `${name}-officer`);
    await Promise.all([...names, "doctor"].map((name) => bench.identity(name)));
    const escrowed = await bench.newChart();
    const [scan] = await bench.put("scan", escrowed);
    const officers = names.map((name) => `${name}.pub`).join(" ");
    await bench.succeed(`escrow set --chart ${escrowed} --officer ${officers} --threshold 2 ${opening}`);
    for (const name of names.slice(0, 2)) {
      await bench.succeed(
        `escrow release --chart ${escrowed} --to doctor.pub --reason emergency -o ${name}.release --identity ${name}.key`,
      );
    }
    const doctor = "--identity doctor.key --release first-officer.release";
    expect((await bench.run(`get ${scan} -o out ${doctor}`)).code).toBe(69);
    await bench.succeed(`get ${scan} -o rescued ${doctor} second-officer.release`);
    expect(bench.read("rescued").equals(bench.read("scan"))).toBe(true);
    const stolen = "--identity ward.key --release first-officer.release second-officer.release";
    expect((await bench.run(`get ${scan} -o out ${stolen}`)).code).toBe(69);
    expect((await bench.run(`get ${scan} -o out --identity doctor.key --release word`)).code).toBe(65);
    expect((await bench.succeed(`show ${escrowed}`)).stdout).toContain(
      "any 2 of 3 officers can open it in escrow",
    );
  });
});
