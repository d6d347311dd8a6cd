import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, expect, test } from "vitest";

import { PickleAssembler } from "../../packages/formats/src/kit/pickle.ts";
import { plimsoll, vetted } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
afterAll(world.remove);

/** A pickle of a class that nobody reviewed. */
const pickle = (name: string): Uint8Array =>
  new PickleAssembler().proto(2).global("nowhere", name).stop().bytes();

test("a finding is waived for one content of its file, and for no other", async () => {
  const model = world.folder("model", { "a.pkl": pickle("Thing") });
  const home = world.folder("home", { "plimsoll.yaml": "use: ours   # as it was\n" });
  const at = { cwd: home };
  const only = ["--only", "PLM-SEC-001"];
  expect((await plimsoll(["vet", model, ...only], at)).code).toBe(1);

  const because = ["--reason", "we made it", "--author", "Ada", "--until", "2999-12-31"];
  const ran = await plimsoll(["vet", model, "--waive", "PLM-SEC-001", ...because], at);
  expect(ran).toMatchObject({ code: 0, stderr: "" });
  const text = readFileSync(join(home, "plimsoll.yaml"), "utf8");
  expect(text.startsWith("use: ours   # as it was\n")).toBe(true);
  expect(readdirSync(home)).toEqual(["plimsoll.yaml"]);

  const lifted = await vetted(model, only, at);
  expect(lifted.report).toMatchObject({ verdict: "clear", waivers: [{ author: "Ada" }] });

  world.file("model/a.pkl", pickle("Other"));
  const changed = await vetted(model, only, at);
  expect(changed.report).toMatchObject({ verdict: "unknown", waivers: [] });
});

test("a setting file that came with the model cannot weaken the verdict, and it is said", async () => {
  const model = world.folder("weak", {
    "a.pkl": pickle("Thing"),
    "plimsoll.yaml": "require: [community]\n",
  });
  const from = { cwd: model };
  const ran = await plimsoll(["vet", ".", "--json"], from);
  const { required, verdict } = JSON.parse(ran.stdout);
  expect(required).toContain("security");
  expect(ran.code).toBe(1);
  expect(verdict).not.toBe("clear");
  expect(ran.stderr).toContain("stricter");

  const named = await plimsoll(["vet", ".", "--setting", "plimsoll.yaml", "--json"], from);
  expect(JSON.parse(named.stdout).required).toEqual(["community"]);
  expect(named.stderr).not.toContain("stricter");
});

test("waivers that came with the model count for nothing, and it is said", async () => {
  const model = world.folder("own", { "a.pkl": pickle("Thing") });
  const home = world.folder("elsewhere", {});
  const waive = [model, "--waive", "PLM-SEC-001", "--reason", "r", "--author", "a"];
  await plimsoll(["vet", ...waive], { cwd: home });
  world.file("own/plimsoll.yaml", readFileSync(join(home, "plimsoll.yaml")));
  const ran = await plimsoll(["vet", ".", "--only", "PLM-SEC-001"], { cwd: model });
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("count for nothing");
});
