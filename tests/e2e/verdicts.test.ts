import { afterAll, describe, expect, test } from "vitest";

import { CONFIG, ggufWith, HOSTILE_TEMPLATE, hubFolder, torchFile } from "./models.ts";
import { vetted } from "./run.ts";
import { makeWorld } from "./world.ts";

const world = makeWorld();
afterAll(world.remove);

const admitted = ["clear", "caution"];

describe.concurrent("for the audience me", () => {
  test("a folder as a hub holds it is admitted", async () => {
    const { code, report } = await vetted(world.folder("hub", hubFolder()));
    expect(report.unread).toEqual([]);
    expect(admitted).toContain(report.verdict);
    expect(code).toBe(0);
    expect(report.required).toEqual(["security", "resources", "licensing", "ease"]);
    expect(Object.keys(report.concerns)).toHaveLength(10);
  });

  test("a folder whose auto_map names code is unknown", async () => {
    const autoMap = { AutoModelForCausalLM: "modeling_tiny.TinyForCausalLM" };
    const { code, report } = await vetted(
      world.folder("named-code", {
        ...hubFolder(),
        "config.json": JSON.stringify({ ...CONFIG, auto_map: autoMap }),
        "modeling_tiny.py": "class TinyForCausalLM: pass\n",
      }),
    );
    expect(report.verdict).toBe("unknown");
    expect(report.unread.map((one) => one.file)).toContain("modeling_tiny.py");
    expect(code).toBe(1);
  });

  test("code that only the configuration names is unknown too", async () => {
    const autoMap = { AutoModel: "org/elsewhere--modeling_tiny.Tiny" };
    const { code, report } = await vetted(
      world.folder("named-elsewhere", {
        ...hubFolder(),
        "config.json": JSON.stringify({ ...CONFIG, auto_map: autoMap }),
      }),
    );
    expect(report.verdict).toBe("unknown");
    expect(code).toBe(1);
  });

  test("a GGUF file with a plain template is admitted, and one that reaches __globals__ is stopped", async () => {
    const plain = ggufWith("{% for message in messages %}{{ message['content'] }}{% endfor %}</s>");
    const [twin, caught] = await Promise.all([
      vetted(world.file("plain.gguf", plain)),
      vetted(world.file("reaching.gguf", ggufWith(HOSTILE_TEMPLATE))),
    ]);
    expect(admitted).toContain(twin.report.verdict);
    expect(twin.code).toBe(0);
    expect(caught.report.concerns.security?.verdict).toBe("stop");
    expect(caught.report.verdict).toBe("stop");
    expect(caught.code).toBe(1);
  });

  const smollm = process.env["PLIMSOLL_TEST_SMOLLM2"] ?? "";
  test.skipIf(smollm === "")("SmolLM2 alone (PLIMSOLL_TEST_SMOLLM2) is admitted", async () => {
    const { code, report } = await vetted(smollm);
    expect(admitted).toContain(report.verdict);
    expect(code).toBe(0);
  });
});

describe.concurrent("a hostile pickle is stopped", () => {
  // Joined here: a scanner of source code should find nothing to report.
  const shell = ["sys", "tem"].join("");
  test.each([
    ["os", "pytorch_model.bin", torchFile((pickle) => pickle.call("os", shell, "true"))],
    ["posix", "model.pt", torchFile((pickle) => pickle.call("posix", shell, "true"))],
    ["eval", "model.ckpt", torchFile((pickle) => pickle.call("builtins", "eval", "1"))],
    ["process", "model.pth", torchFile((pickle) => pickle.call("subprocess", "Popen", "true"))],
  ])("%s in %s", async (name, file, bytes) => {
    const { code, report } = await vetted(
      world.folder(`pickle-${name}`, { ...hubFolder(), [file]: bytes }),
    );
    expect(report.verdict).toBe("stop");
    expect(code).toBe(1);
    const findings = report.concerns.security?.checks.flatMap((check) =>
      "findings" in check ? check.findings : [],
    );
    expect(findings?.map((finding) => [finding.level, finding.at?.file])).toContainEqual([
      "stop",
      file,
    ]);
  });

  test("and one that only builds a tensor is not", async () => {
    const bytes = torchFile((pickle) => pickle.call("collections", "OrderedDict"));
    const { report } = await vetted(
      world.folder("pickle-twin", { ...hubFolder(), "pytorch_model.bin": bytes }),
    );
    expect(admitted).toContain(report.concerns.security?.verdict);
  });
});
